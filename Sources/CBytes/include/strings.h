#ifndef CBYTES_STRINGS_H
#define CBYTES_STRINGS_H
#include <stddef.h>
#include <stdint.h>

/// What the strings of a JSON text have been found to hold.
enum { cbytes_has_escapes = 1, cbytes_has_slash_escapes = 2 };

/// Goes on in the inside of a JSON string from byte `at` on, to the first byte that is neither
/// printable ASCII nor the start of an escape of two characters: mostly the closing quote. Gives
/// `count` if there is none, and adds to `found` what it has passed.
size_t cbytes_string_end(const uint8_t *bytes, size_t count, size_t at, uint32_t *found);

/// How much of an escaped text was read, and how long what it stands for is.
typedef struct { size_t read, written; } cbytes_progress;

/// Writes what the inside of a checked JSON string stands for, as far as the end or the first `\u`.
/// `out` has room for as many bytes as there are.
cbytes_progress cbytes_unescape(const uint8_t *bytes, size_t count, uint8_t *out);
#endif
