#ifndef CBYTES_MACHINE_H
#define CBYTES_MACHINE_H
#include <stdint.h>

/// The number of cores that this process may run on; at least 1.
int cbytes_core_count(void);

/// Lets the system begin to write these bytes of a file to disk, and waits for nothing. It is advice:
/// errors come with the flush.
void cbytes_begin_flushing(int file, int64_t start, int64_t count);
#endif
