// Tells the thread sanitizer of the locks that Swift's Mutex takes where it has to wait: that code
// lies in a library that was not built for the sanitizer, which then sees no order between two
// threads that lock in turn. Loaded before that library, for tests under the sanitizer only.
#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *self
#define HANDLE "$s15Synchronization12_MutexHandleV"

extern void __tsan_acquire(void *) __attribute__((weak));
extern void __tsan_release(void *) __attribute__((weak));

SWIFT void lock_slow(uint32_t thread, SELF) __asm__(HANDLE "9_lockSlowyys6UInt32VF");
SWIFT void lock_slow(uint32_t thread, SELF) {
    static SWIFT void (*next)(uint32_t, SELF);
    if (!next) next = (void *)dlsym(RTLD_NEXT, HANDLE "9_lockSlowyys6UInt32VF");
    next(thread, self);
    if (__tsan_acquire) __tsan_acquire(self);
}

SWIFT bool try_lock_slow(SELF) __asm__(HANDLE "12_tryLockSlowSbyF");
SWIFT bool try_lock_slow(SELF) {
    static SWIFT bool (*next)(SELF);
    if (!next) next = (void *)dlsym(RTLD_NEXT, HANDLE "12_tryLockSlowSbyF");
    bool taken = next(self);
    if (taken && __tsan_acquire) __tsan_acquire(self);
    return taken;
}

SWIFT void unlock_slow(SELF) __asm__(HANDLE "11_unlockSlowyyF");
SWIFT void unlock_slow(SELF) {
    static SWIFT void (*next)(SELF);
    if (!next) next = (void *)dlsym(RTLD_NEXT, HANDLE "11_unlockSlowyyF");
    if (__tsan_release) __tsan_release(self);
    next(self);
}
