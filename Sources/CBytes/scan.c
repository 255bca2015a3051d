#include "scan.h"
#include <string.h>

size_t cbytes_count(const void *bytes, size_t count, uint8_t byte) {
    const uint8_t *p = bytes;
    size_t total = 0;
    while (count > 0) {
        // Short runs in 8-bit lanes are what compilers turn into vector code.
        size_t n = count < 240 ? count : 240;
        uint8_t run = 0;
        for (size_t i = 0; i < n; i++) run += p[i] == byte;
        total += run;
        p += n;
        count -= n;
    }
    return total;
}

static uint64_t read64(const uint8_t *p) {
    uint64_t word;
    memcpy(&word, p, 8);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/// Both halves of the 128-bit product folded together: every input bit reaches every output bit.
static uint64_t fold(uint64_t a, uint64_t b) {
    __uint128_t product = (__uint128_t)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t cbytes_hash(const void *bytes, size_t count) {
    static const uint64_t first = 0x9E3779B97F4A7C15u, second = 0xC2B2AE3D27D4EB4Fu;
    const uint8_t *p = bytes;
    uint64_t hash = fold((uint64_t)count ^ first, second);
    size_t rest = count;
    for (; rest >= 16; p += 16, rest -= 16)
        hash += fold(read64(p) ^ hash, read64(p + 8) ^ second);
    uint8_t tail[16] = {0};
    memcpy(tail, p, rest);
    if (rest > 0) hash += fold(read64(tail) ^ hash, read64(tail + 8) ^ second);
    return fold(hash ^ first, second);
}
