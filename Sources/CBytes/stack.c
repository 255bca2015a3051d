#include "stack.h"

_Thread_local uintptr_t cbytes_stack_note;
