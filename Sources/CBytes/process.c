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

// What the child tells of its failure, through a pipe that a successful exec closes. (The memory
// that both share until then would do, but sanitizers turn vfork into fork.)
struct failure { enum cbytes_stage stage; int code; };

// Above all targets, so that placing the descriptors overwrites none that is still needed.
enum { first_copy = 64 };

static int place_descriptors(const int *descriptors, int count, int report) {
    int copies[16];
    for (int i = 0; i < count; i++) {
        copies[i] = fcntl(descriptors[i], F_DUPFD_CLOEXEC, first_copy);
        if (copies[i] < 0) return errno;
    }
    for (int i = 0; i < count; i++)
        if (dup2(copies[i], i) < 0) return errno;
    syscall(SYS_close_range, count, report - 1, 0);
    syscall(SYS_close_range, report + 1, ~0u, 0);
    return 0;
}

// Runs in the child, which may borrow the parent's memory until exec: system calls only.
static struct failure become(
    const struct cbytes_program *program, pid_t parent, const sigset_t *mask, int report) {
    if (setsid() < 0) return (struct failure){cbytes_stage_fork, errno};
    if (program->dies_with_parent) {
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
            return (struct failure){cbytes_stage_fork, errno};
        if (getppid() != parent) _exit(127);
    }
    int code = place_descriptors(program->descriptors, program->descriptor_count, report);
    if (code) return (struct failure){cbytes_stage_fork, code};
    if (program->directory && chdir(program->directory) < 0)
        return (struct failure){cbytes_stage_directory, errno};
    reset_signals(mask);
    execve(program->path, program->arguments, program->environment);
    return (struct failure){cbytes_stage_program, errno};
}

// Starts the child; it writes to `report` if it fails to become the program.
static pid_t start_child(const struct cbytes_program *program, int report) {
    sigset_t all, before, none;
    sigfillset(&all);
    sigemptyset(&none);
    pid_t parent = getpid();
    // A handler of this process must not run in the child while the memory is shared.
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t child = vfork();
    if (child == 0) {
        struct failure failure = become(program, parent, &none, report);
        ssize_t told = write(report, &failure, sizeof failure);
        _exit(told < 0 ? 126 : 127);
    }
    int code = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = code;
    return child;
}

int cbytes_start(
    const struct cbytes_program *program, pid_t *pid, int *pidfd, enum cbytes_stage *stage) {
    int report[2];
    *stage = cbytes_stage_fork;
    if (program->descriptor_count > 16) return EINVAL;
    if (pipe2(report, O_CLOEXEC) < 0) return errno;
    int high = fcntl(report[1], F_DUPFD_CLOEXEC, first_copy);
    close(report[1]);
    pid_t child = high < 0 ? -1 : start_child(program, high);
    struct failure failure = {cbytes_stage_fork, child < 0 ? errno : 0};
    if (high >= 0) close(high);
    if (child > 0) {
        ssize_t count;
        do count = read(report[0], &failure, sizeof failure);
        while (count < 0 && errno == EINTR);
        *pid = child;
        *pidfd = failure.code ? -1 : open_pidfd(child);
        if (!failure.code && *pidfd < 0) {
            failure.code = errno;
            kill(-child, SIGKILL);
        }
        if (failure.code) waitpid(child, NULL, 0);
    }
    close(report[0]);
    *stage = failure.stage;
    return failure.code;
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

int cbytes_poll_add(int set, int fd, int interest) {
    static const uint32_t events[] = {EPOLLIN, EPOLLOUT, EPOLLIN | EPOLLOUT};
    struct epoll_event event = {.events = events[interest], .data.fd = fd};
    return epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) < 0 ? errno : 0;
}

void cbytes_poll_remove(int set, int fd) { epoll_ctl(set, EPOLL_CTL_DEL, fd, NULL); }

int cbytes_poll_wait(int set, int *ready, int capacity, int milliseconds) {
    struct epoll_event events[64];
    int count = epoll_wait(set, events, capacity < 64 ? capacity : 64, milliseconds);
    for (int i = 0; i < count; i++) ready[i] = events[i].data.fd;
    return count < 0 ? 0 : count;
}
