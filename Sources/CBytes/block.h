#ifndef CBYTES_BLOCK_H
#define CBYTES_BLOCK_H
#include <stdint.h>
// 64 bytes at a time, as masks of 64 bits: bit i tells about byte i.

#if defined(__SSE2__)
#include <emmintrin.h>
typedef struct { __m128i v[4]; } block64;

static inline block64 block_load(const uint8_t *p) {
    block64 b;
    for (int i = 0; i < 4; i++) b.v[i] = _mm_loadu_si128((const __m128i *)(p + 16 * i));
    return b;
}
static inline uint64_t block_mask(__m128i a, __m128i b, __m128i c, __m128i d) {
    return (uint64_t)(uint32_t)_mm_movemask_epi8(a)
        | (uint64_t)(uint32_t)_mm_movemask_epi8(b) << 16
        | (uint64_t)(uint32_t)_mm_movemask_epi8(c) << 32
        | (uint64_t)(uint32_t)_mm_movemask_epi8(d) << 48;
}
static inline uint64_t block_equal(block64 b, uint8_t byte) {
    __m128i x = _mm_set1_epi8((char)byte);
    return block_mask(_mm_cmpeq_epi8(b.v[0], x), _mm_cmpeq_epi8(b.v[1], x),
                      _mm_cmpeq_epi8(b.v[2], x), _mm_cmpeq_epi8(b.v[3], x));
}
/// Bytes that are `byte` once bit 5 is set in them: both kinds of bracket in one compare.
static inline uint64_t block_equal_lower(block64 b, uint8_t byte) {
    __m128i bit = _mm_set1_epi8(0x20);
    for (int i = 0; i < 4; i++) b.v[i] = _mm_or_si128(b.v[i], bit);
    return block_equal(b, byte);
}
static inline int block_has_high(block64 b) {
    __m128i any = _mm_or_si128(_mm_or_si128(b.v[0], b.v[1]), _mm_or_si128(b.v[2], b.v[3]));
    return _mm_movemask_epi8(any) != 0;
}
#else
typedef struct { const uint8_t *p; } block64;

static inline block64 block_load(const uint8_t *p) { return (block64){p}; }
static inline uint64_t block_equal(block64 b, uint8_t byte) {
    uint64_t mask = 0;
    for (int i = 0; i < 64; i++) mask |= (uint64_t)(b.p[i] == byte) << i;
    return mask;
}
static inline uint64_t block_equal_lower(block64 b, uint8_t byte) {
    uint64_t mask = 0;
    for (int i = 0; i < 64; i++) mask |= (uint64_t)((b.p[i] | 0x20) == byte) << i;
    return mask;
}
static inline int block_has_high(block64 b) {
    uint8_t any = 0;
    for (int i = 0; i < 64; i++) any |= b.p[i];
    return any >= 0x80;
}
#endif

/// Bit i of the result is the parity of bits 0…i: inside or outside of quotes.
static inline uint64_t prefix_xor(uint64_t x) {
    x ^= x << 1;
    x ^= x << 2;
    x ^= x << 4;
    x ^= x << 8;
    x ^= x << 16;
    return x ^ x << 32;
}

/// The bits below `count`, which may be 64 or more.
static inline uint64_t low_bits(size_t count) {
    return count >= 64 ? ~(uint64_t)0 : ((uint64_t)1 << count) - 1;
}
#endif
