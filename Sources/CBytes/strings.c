#include "strings.h"
#include <string.h>

// What the letter behind a backslash stands for; 0 where there is no such escape of two characters.
static const uint8_t escaped[256] = {
    ['"'] = '"', ['\\'] = '\\', ['/'] = '/', ['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r',
    ['t'] = '\t',
};

// Bit i is set where byte i of 16 is no printable ASCII, a quote or a backslash.
#if defined(__SSE2__)
#include <emmintrin.h>
static inline uint32_t marks(const uint8_t *p) {
    __m128i v = _mm_loadu_si128((const __m128i *)p);
    __m128i quotes = _mm_cmpeq_epi8(v, _mm_set1_epi8('"'));
    __m128i backslashes = _mm_cmpeq_epi8(v, _mm_set1_epi8('\\'));
    // Bytes over 127 are negative.
    __m128i others = _mm_cmplt_epi8(v, _mm_set1_epi8(0x20));
    return (uint32_t)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quotes, backslashes), others));
}
static inline uint32_t backslashes(const uint8_t *p) {
    __m128i v = _mm_loadu_si128((const __m128i *)p);
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8('\\')));
}
#else
static inline uint32_t marks(const uint8_t *p) {
    uint32_t mask = 0;
    for (int i = 0; i < 16; i++)
        mask |= (uint32_t)(p[i] == '"' || p[i] == '\\' || p[i] < 0x20 || p[i] >= 0x80) << i;
    return mask;
}
static inline uint32_t backslashes(const uint8_t *p) {
    uint32_t mask = 0;
    for (int i = 0; i < 16; i++) mask |= (uint32_t)(p[i] == '\\') << i;
    return mask;
}
#endif

// Whether an escape of two characters begins here.
static inline int passes(const uint8_t *bytes, size_t count, size_t at, uint32_t *found) {
    if (bytes[at] != '\\' || at + 1 >= count || !escaped[bytes[at + 1]]) return 0;
    *found |= cbytes_has_escapes;
    if (bytes[at + 1] == '/') *found |= cbytes_has_slash_escapes;
    return 1;
}

size_t cbytes_string_end(const uint8_t *bytes, size_t count, size_t at, uint32_t *found) {
    while (count - at >= 16) {
        size_t end = at + 16;
        for (uint32_t rest = marks(bytes + at); rest;) {
            uint32_t bit = (uint32_t)__builtin_ctz(rest);
            size_t mark = at + bit;
            if (!passes(bytes, count, mark, found)) return mark;
            // The letter may be in the next block.
            if (bit == 15) end++;
            rest &= ~((uint32_t)3 << bit);
        }
        at = end;
    }
    while (at < count) {
        uint8_t byte = bytes[at];
        if (byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\') at++;
        else if (passes(bytes, count, at, found)) at += 2;
        else return at;
    }
    return count;
}

cbytes_progress cbytes_unescape(const uint8_t *bytes, size_t count, uint8_t *out) {
    cbytes_progress done = {0, 0};
    while (done.read < count) {
        // What has been written is never longer than what has been read, so there is room.
        while (count - done.read >= 16) {
            memcpy(out + done.written, bytes + done.read, 16);
            uint32_t mask = backslashes(bytes + done.read);
            uint32_t plain = mask ? (uint32_t)__builtin_ctz(mask) : 16;
            done.read += plain;
            done.written += plain;
            if (plain < 16) break;
        }
        if (done.read == count) break;
        uint8_t byte = bytes[done.read];
        if (byte == '\\') {
            byte = escaped[bytes[done.read + 1]];
            if (!byte) break;
            done.read++;
        }
        out[done.written++] = byte;
        done.read++;
    }
    return done;
}
