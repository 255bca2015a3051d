#define _GNU_SOURCE
#include "process.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// glibc 2.36 declares pidfd_open in a header that older distributions lack.
static int open_pidfd(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

static void reset_signals(const sigset_t *mask) {
    struct sigaction standard = {.sa_handler = SIG_DFL};
    for (int number = 1; number < 32; number++) sigaction(number, &standard, NULL);
    sigprocmask(SIG_SETMASK, mask, NULL);
}

// Copies first go above all targets, so that no target is overwritten before it was copied.
static int place_descriptors(const int *descriptors, int count) {
    int copies[16];
    for (int i = 0; i < count; i++) {
        copies[i] = fcntl(descriptors[i], F_DUPFD_CLOEXEC, 64);
        if (copies[i] < 0) return errno;
    }
    for (int i = 0; i < count; i++)
        if (dup2(copies[i], i) < 0) return errno;
    syscall(SYS_close_range, count, ~0u, 0);
    return 0;
}

// Runs in the child, which borrows the parent's memory until exec: system calls only.
static int become(
    const struct cbytes_program *program, pid_t parent, const sigset_t *mask,
    volatile enum cbytes_stage *stage) {
    *stage = cbytes_stage_fork;
    if (setsid() < 0) return errno;
    if (program->dies_with_parent) {
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) return errno;
        if (getppid() != parent) _exit(127);
    }
    int failure = place_descriptors(program->descriptors, program->descriptor_count);
    if (failure) return failure;
    *stage = cbytes_stage_directory;
    if (program->directory && chdir(program->directory) < 0) return errno;
    *stage = cbytes_stage_program;
    reset_signals(mask);
    execve(program->path, program->arguments, program->environment);
    return errno;
}

int cbytes_start(
    const struct cbytes_program *program, pid_t *pid, int *pidfd, enum cbytes_stage *stage) {
    if (program->descriptor_count > 16) return EINVAL;
    volatile int failure = 0;
    volatile enum cbytes_stage reached = cbytes_stage_fork;
    sigset_t all, before, none;
    sigfillset(&all);
    sigemptyset(&none);
    pid_t parent = getpid();
    // A handler of this process must not run in the child while the memory is shared.
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t child = vfork();
    if (child == 0) {
        failure = become(program, parent, &none, &reached);
        _exit(127);
    }
    if (child < 0) failure = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    *stage = reached;
    if (child > 0 && !failure) {
        *pid = child;
        *pidfd = open_pidfd(child);
        if (*pidfd >= 0) return 0;
        failure = errno;
        kill(-child, SIGKILL);
    }
    if (child > 0) waitpid(child, NULL, 0);
    return failure;
}

int cbytes_reap(pid_t pid, struct cbytes_exit *status) {
    siginfo_t info;
    while (waitid(P_PID, (id_t)pid, &info, WEXITED) < 0)
        if (errno != EINTR) return errno;
    status->signalled = info.si_code != CLD_EXITED;
    status->code = info.si_status;
    return 0;
}

int cbytes_pipe(int ends[2], int size) {
    if (pipe2(ends, O_CLOEXEC) < 0) return errno;
    if (size > 0) fcntl(ends[0], F_SETPIPE_SZ, size);
    return 0;
}

int cbytes_memory_file(const char *name, const void *bytes, size_t count) {
    int file = memfd_create(name, MFD_CLOEXEC);
    if (file < 0) return -1;
    for (size_t done = 0; done < count;) {
        ssize_t written = write(file, (const char *)bytes + done, count - done);
        if (written > 0) { done += (size_t)written; continue; }
        if (written < 0 && errno == EINTR) continue;
        close(file);
        return -1;
    }
    return file;
}

const char *cbytes_signal_name(int number) { return sigabbrev_np(number); }

int cbytes_poll_make(void) { return epoll_create1(EPOLL_CLOEXEC); }

int cbytes_bell_make(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

void cbytes_bell_ring(int bell) {
    uint64_t one = 1;
    while (write(bell, &one, sizeof one) < 0 && errno == EINTR) {}
}

int cbytes_poll_add(int set, int fd, int writing) {
    struct epoll_event event = {.events = writing ? EPOLLOUT : EPOLLIN, .data.fd = fd};
    return epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) < 0 ? errno : 0;
}

void cbytes_poll_remove(int set, int fd) { epoll_ctl(set, EPOLL_CTL_DEL, fd, NULL); }

int cbytes_poll_wait(int set, int *ready, int capacity, int milliseconds) {
    struct epoll_event events[64];
    int count = epoll_wait(set, events, capacity < 64 ? capacity : 64, milliseconds);
    for (int i = 0; i < count; i++) ready[i] = events[i].data.fd;
    return count < 0 ? 0 : count;
}
