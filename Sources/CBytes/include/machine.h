#ifndef CBYTES_MACHINE_H
#define CBYTES_MACHINE_H
/// The number of cores that this process may run on; at least 1.
int cbytes_core_count(void);
#endif
