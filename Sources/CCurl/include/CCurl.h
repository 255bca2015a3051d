#ifndef CCURL_H
#define CCURL_H
#include <stddef.h>

// What is used of libcurl. The library is loaded when the first HTTP task comes: it brings thirty
// others with it, which a program that makes no calls need not wait for.

/// Loads the library. Returns NULL, or why that is impossible. Call it once, from one thread.
const char *ccurl_load(void);

/// Transfers that go on at the same time, on one thread.
typedef struct ccurl_pool ccurl_pool;

/// What a pool asks of whoever drives it.
struct ccurl_driver {
    void *context;
    /// Wait for the descriptor to become readable (1), writable (2), either (3), or forget it (0).
    void (*watch)(void *context, int fd, int interest);
    /// Call `ccurl_act` with fd -1 after so many milliseconds; -1: not at all.
    void (*wake)(void *context, long milliseconds);
};

ccurl_pool *ccurl_pool_make(struct ccurl_driver driver);

/// Goes on with what a descriptor or, with -1, the time allows.
void ccurl_act(ccurl_pool *pool, int fd);

struct ccurl_request {
    const char *method;
    const char *url;
    /// "Name: value", closed by NULL.
    const char *const *headers;
    /// NULL for none.
    const void *body;
    size_t body_size;
    /// NULL for none.
    const char *user;
    const char *password;
    /// A file of certificates to trust, or NULL for the usual ones.
    const char *certificates;
    long timeout_milliseconds;
    /// More than this of an answer's body ends the transfer with `ccurl_too_large`.
    size_t largest_body;
    void *context;
    void (*header)(void *context, const char *line, size_t count);
    void (*data)(void *context, const char *bytes, size_t count);
};

typedef struct ccurl_transfer ccurl_transfer;

/// Starts a transfer; NULL if the request cannot be made, with a reason.
ccurl_transfer *ccurl_start(
    ccurl_pool *pool, const struct ccurl_request *request, const char **reason);

enum ccurl_end { ccurl_answered, ccurl_timed_out, ccurl_too_large, ccurl_failed };

struct ccurl_result {
    void *context;
    enum ccurl_end end;
    /// What went wrong, until the transfer is freed.
    const char *reason;
    ccurl_transfer *transfer;
};

/// Takes a transfer that has ended; 0 if there is none.
int ccurl_next(ccurl_pool *pool, struct ccurl_result *result);

/// Frees a transfer, also one that goes on.
void ccurl_free(ccurl_pool *pool, ccurl_transfer *transfer);

#endif
