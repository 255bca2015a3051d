#include "elements.h"
#include "block.h"

/// The bytes of a block inside strings (opening quote in, closing quote out).
static uint64_t strings(cbytes_elements_state *state, block64 block, const uint8_t *p, size_t n) {
    uint64_t valid = low_bits(n);
    uint64_t quotes = block_equal(block, '"') & valid;
    uint64_t inside;
    if (!state->escaped && !(block_equal(block, '\\') & valid)) {
        inside = prefix_xor(quotes) ^ (uint64_t)0 - state->quoted;
        state->quoted = (inside >> (n - 1)) & 1;
        return inside;
    }
    inside = 0;
    for (size_t i = 0; i < n; i++) {
        if (state->escaped) state->escaped = 0;
        else if (p[i] == '"') state->quoted ^= 1;
        else if (p[i] == '\\' && state->quoted) state->escaped = 1;
        inside |= (uint64_t)state->quoted << i;
    }
    return inside;
}

size_t cbytes_elements(cbytes_elements_state *state, const uint8_t *bytes, size_t from, size_t to,
                       size_t stop, uint32_t *ends, size_t capacity, size_t *count) {
    while (from < to) {
        size_t n = to - from < 64 ? to - from : 64;
        block64 block = block_load(bytes + from);
        uint64_t outside = ~strings(state, block, bytes + from, n) & low_bits(n);
        uint64_t opening = block_equal_lower(block, '{') & outside;
        uint64_t closing = block_equal_lower(block, '}') & outside;
        uint64_t commas = block_equal(block, ',') & outside;
        uint64_t brackets = opening | closing;
        // Commas matter only at depth 1: without a bracket in between they are all or none.
        uint64_t marks = state->depth > 1 && !brackets ? 0 : brackets | commas;
        for (; marks; marks &= marks - 1) {
            uint64_t bit = marks & (0 - marks);
            size_t offset = from + (size_t)__builtin_ctzll(marks);
            if (bit & opening) state->depth++;
            else if (bit & closing) state->depth--;
            if ((bit & opening) || state->depth > 1 || ((bit & closing) && state->depth == 1))
                continue;
            ends[(*count)++] = (uint32_t)offset;
            if (state->depth > 0 && *count < capacity && offset < stop) continue;
            state->quoted = state->escaped = 0;
            return offset + 1;
        }
        from += n;
    }
    return from;
}
