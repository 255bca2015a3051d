#ifndef CBYTES_SCAN_H
#define CBYTES_SCAN_H
#include <stddef.h>
#include <stdint.h>
/// How often `byte` occurs.
size_t cbytes_count(const void *bytes, size_t count, uint8_t byte);
/// A 64-bit hash that stays the same for ever: it is part of stored item identities.
uint64_t cbytes_hash(const void *bytes, size_t count);
#endif
