#ifndef CBYTES_ELEMENTS_H
#define CBYTES_ELEMENTS_H
#include <stddef.h>
#include <stdint.h>

/// Where the search for the ends of a JSON container's children stands between two calls.
typedef struct {
    uint32_t depth;     ///< open containers, the one that is iterated included; 0 after its end
    uint8_t quoted;     ///< inside a string
    uint8_t escaped;    ///< the byte before was a backslash in a string
} cbytes_elements_state;

/// Searches bytes[from, to) for the commas between the children of the container and for its end;
/// writes their offsets to `ends`. Stops behind the one that fills `capacity` or is at or behind
/// `stop`, and behind the container's end. Returns how far it came. Brackets are only counted: what
/// is between two ends still has to be parsed. Up to 63 bytes after `to` are read, and ignored.
size_t cbytes_elements(cbytes_elements_state *state, const uint8_t *bytes, size_t from, size_t to,
                       size_t stop, uint32_t *ends, size_t capacity, size_t *count);
#endif
