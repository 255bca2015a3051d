#ifndef CBYTES_PROCESS_H
#define CBYTES_PROCESS_H
#include <stddef.h>
#include <sys/types.h>

// Glibc's Swift module has neither epoll nor eventfd.

/// A set of descriptors to wait for, or -1.
int cbytes_poll_make(void);

/// A descriptor for `cbytes_bell_ring`: readable after a ring until it was read, or -1.
int cbytes_bell_make(void);
void cbytes_bell_ring(int bell);

/// Adds a descriptor to the set, to wait until it can be read (0), written (1), either (2).
/// Returns 0 or an errno.
int cbytes_poll_add(int set, int fd, int interest);
void cbytes_poll_remove(int set, int fd);

/// Waits for at most this long (-1: for ever); fills `ready`, returns how many.
int cbytes_poll_wait(int set, int *ready, int capacity, int milliseconds);

/// A program to start and what it finds when it does.
struct cbytes_program {
    const char *path;
    char *const *arguments;
    char *const *environment;
    /// Working directory, or NULL for the caller's.
    const char *directory;
    /// The child's descriptor `i` is a copy of `descriptors[i]`; it gets no others.
    const int *descriptors;
    int descriptor_count;
    /// Whether the kernel kills the child when the calling thread ends.
    int dies_with_parent;
};

/// What `cbytes_start` was doing when it failed.
enum cbytes_stage { cbytes_stage_fork, cbytes_stage_directory, cbytes_stage_program };

/// Starts a program in a session of its own, with default signal handling. Returns 0 or an errno;
/// `pidfd` becomes readable when the program ends.
int cbytes_start(
    const struct cbytes_program *program, pid_t *pid, int *pidfd, enum cbytes_stage *stage);

/// How a program ended: `code` is the exit status, or the signal's number when `signalled`.
struct cbytes_exit { int signalled; int code; };

/// Collects a program that has ended. Returns 0 or an errno.
int cbytes_reap(pid_t pid, struct cbytes_exit *status);

/// A pipe whose ends no started program inherits; `size` is a wish. Returns 0 or an errno.
int cbytes_pipe(int ends[2], int size);

/// A file in memory with these contents that no started program inherits, or -1.
int cbytes_memory_file(const char *name, const void *bytes, size_t count);

/// The short name of a signal ("KILL"), or NULL.
const char *cbytes_signal_name(int number);
#endif
