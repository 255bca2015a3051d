#ifndef CBYTES_CHECKSUM_H
#define CBYTES_CHECKSUM_H
#include <stddef.h>
#include <stdint.h>
/// CRC-32C (Castagnoli) of `count` bytes, continuing from `seed` (0 to start).
uint32_t cbytes_crc32c(uint32_t seed, const void *bytes, size_t count);
#endif
