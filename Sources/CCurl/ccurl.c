#include "CCurl.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#define FUNCTIONS(X)                                                                    \
    X(curl_global_init) X(curl_easy_init) X(curl_easy_setopt) X(curl_easy_getinfo)      \
    X(curl_easy_cleanup) X(curl_easy_strerror) X(curl_slist_append)                     \
    X(curl_slist_free_all) X(curl_multi_init) X(curl_multi_setopt)                      \
    X(curl_multi_add_handle) X(curl_multi_remove_handle) X(curl_multi_socket_action)    \
    X(curl_multi_info_read)

// Set once by `ccurl_load`, before anything else is called.
static struct {
#define X(name) __typeof__(&name) name;
    FUNCTIONS(X)
#undef X
} lib;

#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

const char *ccurl_load(void) {
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!library) return dlerror();
#define X(name) if (!(lib.name = (__typeof__(lib.name))dlsym(library, #name))) return dlerror();
    FUNCTIONS(X)
#undef X
    return lib.curl_global_init(CURL_GLOBAL_DEFAULT) ? "libcurl does not start" : NULL;
}

struct ccurl_pool {
    CURLM *multi;
    struct ccurl_driver driver;
};

struct ccurl_transfer {
    CURL *easy;
    struct curl_slist *headers;
    size_t left;
    int is_too_large;
    void *context;
    void (*header)(void *context, const char *line, size_t count);
    void (*data)(void *context, const char *bytes, size_t count);
    char reason[CURL_ERROR_SIZE];
};

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *user, void *socket_user) {
    (void)easy;
    (void)socket_user;
    ccurl_pool *pool = user;
    int interest = what == CURL_POLL_REMOVE ? 0
        : (what & CURL_POLL_IN ? 1 : 0) | (what & CURL_POLL_OUT ? 2 : 0);
    pool->driver.watch(pool->driver.context, (int)fd, interest);
    return 0;
}

static int on_timer(CURLM *multi, long milliseconds, void *user) {
    (void)multi;
    ccurl_pool *pool = user;
    pool->driver.wake(pool->driver.context, milliseconds);
    return 0;
}

ccurl_pool *ccurl_pool_make(struct ccurl_driver driver) {
    ccurl_pool *pool = calloc(1, sizeof *pool);
    if (!pool) return NULL;
    pool->driver = driver;
    pool->multi = lib.curl_multi_init();
    if (!pool->multi) {
        free(pool);
        return NULL;
    }
    lib.curl_multi_setopt(pool->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    lib.curl_multi_setopt(pool->multi, CURLMOPT_SOCKETDATA, pool);
    lib.curl_multi_setopt(pool->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    lib.curl_multi_setopt(pool->multi, CURLMOPT_TIMERDATA, pool);
    return pool;
}

void ccurl_act(ccurl_pool *pool, int fd) {
    int running = 0;
    lib.curl_multi_socket_action(
        pool->multi, fd < 0 ? CURL_SOCKET_TIMEOUT : (curl_socket_t)fd, 0, &running);
}

static size_t on_header(char *bytes, size_t size, size_t count, void *user) {
    ccurl_transfer *transfer = user;
    transfer->header(transfer->context, bytes, size * count);
    return size * count;
}

static size_t on_data(char *bytes, size_t size, size_t count, void *user) {
    ccurl_transfer *transfer = user;
    size_t total = size * count;
    if (total > transfer->left) {
        transfer->is_too_large = 1;
        return 0;
    }
    transfer->left -= total;
    transfer->data(transfer->context, bytes, total);
    return total;
}

static int set_up(ccurl_transfer *transfer, const struct ccurl_request *request) {
    CURL *easy = transfer->easy;
    int failed = 0;
#define SET(option, value) failed |= lib.curl_easy_setopt(easy, option, value) != CURLE_OK
    SET(CURLOPT_PRIVATE, transfer);
    SET(CURLOPT_URL, request->url);
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_PATH_AS_IS, 1L);
    SET(CURLOPT_ERRORBUFFER, transfer->reason);
    SET(CURLOPT_TIMEOUT_MS, request->timeout_milliseconds);
    SET(CURLOPT_HTTPHEADER, transfer->headers);
    SET(CURLOPT_HEADERFUNCTION, on_header);
    SET(CURLOPT_HEADERDATA, transfer);
    SET(CURLOPT_WRITEFUNCTION, on_data);
    SET(CURLOPT_WRITEDATA, transfer);
    if (request->certificates) SET(CURLOPT_CAINFO, request->certificates);
    if (request->user) {
        SET(CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        SET(CURLOPT_USERNAME, request->user);
        SET(CURLOPT_PASSWORD, request->password ? request->password : "");
    }
    int has_body = request->body || strcmp(request->method, "POST") == 0
        || strcmp(request->method, "PUT") == 0 || strcmp(request->method, "PATCH") == 0;
    if (has_body) {
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_size);
        SET(CURLOPT_COPYPOSTFIELDS, request->body ? request->body : "");
    }
    if (strcmp(request->method, "HEAD") == 0) SET(CURLOPT_NOBODY, 1L);
    SET(CURLOPT_CUSTOMREQUEST, request->method);
#undef SET
    return failed;
}

ccurl_transfer *ccurl_start(
    ccurl_pool *pool, const struct ccurl_request *request, const char **reason) {
    *reason = "out of memory";
    ccurl_transfer *transfer = calloc(1, sizeof *transfer);
    if (!transfer) return NULL;
    transfer->easy = lib.curl_easy_init();
    transfer->left = request->largest_body;
    transfer->context = request->context;
    transfer->header = request->header;
    transfer->data = request->data;
    int failed = !transfer->easy;
    for (const char *const *line = request->headers; !failed && *line; line++) {
        struct curl_slist *longer = lib.curl_slist_append(transfer->headers, *line);
        if (!longer) failed = 1;
        else transfer->headers = longer;
    }
    if (!failed && set_up(transfer, request)) {
        *reason = "libcurl refuses the request";
        failed = 1;
    }
    if (failed || lib.curl_multi_add_handle(pool->multi, transfer->easy) != CURLM_OK) {
        if (transfer->easy) lib.curl_easy_cleanup(transfer->easy);
        lib.curl_slist_free_all(transfer->headers);
        free(transfer);
        return NULL;
    }
    return transfer;
}

int ccurl_next(ccurl_pool *pool, struct ccurl_result *result) {
    int left = 0;
    CURLMsg *message;
    while ((message = lib.curl_multi_info_read(pool->multi, &left))) {
        if (message->msg != CURLMSG_DONE) continue;
        CURLcode code = message->data.result;
        ccurl_transfer *transfer = NULL;
        lib.curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
        result->transfer = transfer;
        result->context = transfer->context;
        result->end = code == CURLE_OK ? ccurl_answered
            : code == CURLE_OPERATION_TIMEDOUT ? ccurl_timed_out
            : transfer->is_too_large ? ccurl_too_large : ccurl_failed;
        result->reason = transfer->reason[0] ? transfer->reason : lib.curl_easy_strerror(code);
        return 1;
    }
    return 0;
}

void ccurl_free(ccurl_pool *pool, ccurl_transfer *transfer) {
    lib.curl_multi_remove_handle(pool->multi, transfer->easy);
    lib.curl_easy_cleanup(transfer->easy);
    lib.curl_slist_free_all(transfer->headers);
    free(transfer);
}
