#ifndef CBYTES_STACK_H
#define CBYTES_STACK_H
#include <stdint.h>
/// What a thread has noted of how far its stack may be used; 0 at first.
extern _Thread_local uintptr_t cbytes_stack_note;
static inline uintptr_t cbytes_stack_limit(void) { return cbytes_stack_note; }
static inline void cbytes_set_stack_limit(uintptr_t limit) { cbytes_stack_note = limit; }
#endif
