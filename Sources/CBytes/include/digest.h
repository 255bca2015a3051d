#ifndef CBYTES_DIGEST_H
#define CBYTES_DIGEST_H
#include <stddef.h>
#include <stdint.h>
enum cbytes_digest { CBYTES_MD5, CBYTES_SHA1, CBYTES_SHA256, CBYTES_SHA384, CBYTES_SHA512 };
/// Writes the digest of `count` bytes to `out`, which has room for 64; gives back its length.
size_t cbytes_digest(enum cbytes_digest kind, const uint8_t *bytes, size_t count, uint8_t *out);
#endif
