#include "csv.h"
#include "block.h"
#include <string.h>

/// The line ends among `n` bytes that end a record, by the rules one after another.
static uint64_t slow_ends(cbytes_csv_state *state, const uint8_t *p, size_t n) {
    cbytes_csv_state s = *state;
    uint64_t ends = 0;
    for (size_t i = 0; i < n; i++) {
        uint8_t c = p[i];
        if (s.escaped) {
            s.escaped = 0;
            if (c == '\\' || c == '"' || c == s.delimiter) continue;
        }
        if (s.quoted) {
            if (c == '"') s.quoted = 0, s.may_open = 1;
            else if (c == '\\') s.escaped = 1;
        } else if (c == '"') {
            s.quoted = s.may_open;
            s.may_open = 0;
        } else if (c == '\n') {
            ends |= (uint64_t)1 << i;
            s.may_open = 1;
        } else {
            s.may_open = c == s.delimiter;
            s.escaped = c == '\\';
        }
    }
    *state = s;
    return ends;
}

/// The same for a block whose quotes all stand where a quote opens or closes: by parity.
/// Answers 0 for a block that is not so.
static int fast_ends(cbytes_csv_state *state, block64 block, uint64_t valid, uint64_t *ends) {
    uint64_t lines = block_equal(block, '\n') & valid;
    uint64_t quotes = block_equal(block, '"') & valid;
    uint64_t backslashes = block_equal(block, '\\') & valid;
    if (backslashes || state->escaped) return 0;
    uint64_t before = block_equal(block, state->delimiter) & valid;
    uint64_t inside = prefix_xor(quotes) ^ (uint64_t)0 - state->quoted;
    before |= lines | quotes;
    if (quotes & inside & ~(before << 1 | state->may_open)) return 0;
    uint64_t last = valid ^ valid >> 1;
    *ends = lines & ~inside;
    state->quoted = (inside & last) != 0;
    state->may_open = !state->quoted && (before & last) != 0;
    return 1;
}

size_t cbytes_csv_records(cbytes_csv_state *state, const uint8_t *bytes, size_t from, size_t to,
                          size_t stop, uint32_t *ends, size_t capacity, size_t *count) {
    while (from < to) {
        size_t n = to - from < 64 ? to - from : 64;
        uint64_t valid = low_bits(n), found;
        block64 block = block_load(bytes + from);
        state->saw_high |= block_has_high(block);
        if (!fast_ends(state, block, valid, &found)) found = slow_ends(state, bytes + from, n);
        for (; found; found &= found - 1) {
            size_t end = from + (size_t)__builtin_ctzll(found) + 1;
            ends[(*count)++] = (uint32_t)end;
            if (*count < capacity && end < stop) continue;
            // What the rest of the block told is forgotten: after a record end all starts anew.
            state->quoted = state->escaped = 0;
            state->may_open = 1;
            return end;
        }
        from += n;
    }
    return from;
}

static cbytes_csv_field make_field(size_t start, size_t end, int unescape) {
    cbytes_csv_field field = {(uint32_t)start, (uint32_t)(end - start) | (uint32_t)unescape << 31};
    return field;
}

static size_t slow_fields(const uint8_t *p, size_t n, uint8_t delimiter,
                          cbytes_csv_field *fields, size_t capacity) {
    size_t start = 0, found = 0;
    int quoted = 0, special = 0;
    for (size_t i = 0; i < n; i++) {
        uint8_t c = p[i];
        if (c == '\\') {
            special = 1;
            if (i + 1 < n && (p[i + 1] == '\\' || p[i + 1] == '"' || p[i + 1] == delimiter)) i++;
        } else if (c == '"') {
            if (!special && i == start) quoted = 1;
            else if (quoted && i + 1 < n && p[i + 1] == '"') i++;
            else quoted = 0;
            special = 1;
        } else if (c == delimiter && !quoted) {
            fields[found++] = make_field(start, i, special);
            if (found == capacity) return found;
            start = i + 1;
            special = 0;
        }
    }
    fields[found++] = make_field(start, n, special);
    return found;
}

/// A field of a record whose quotes all open or close: with no quote inside it is a plain slice.
static cbytes_csv_field quoted_field(const uint8_t *p, size_t start, size_t end) {
    size_t count = end - start;
    if (count == 0 || p[start] != '"') return make_field(start, end, 0);
    int plain = count >= 2 && p[end - 1] == '"' && !memchr(p + start + 1, '"', count - 2);
    return plain ? make_field(start + 1, end - 1, 0) : make_field(start, end, 1);
}

size_t cbytes_csv_fields(const uint8_t *record, size_t count, uint8_t delimiter,
                         cbytes_csv_field *fields, size_t capacity) {
    size_t start = 0, found = 0;
    uint64_t quoted = 0, any = 0, may_open = 1;
    if (capacity == 0) return 0;
    for (size_t base = 0; base < count; base += 64) {
        block64 block = block_load(record + base);
        uint64_t valid = low_bits(count - base);
        uint64_t ends = block_equal(block, delimiter) & valid;
        uint64_t quotes = block_equal(block, '"') & valid;
        if (block_equal(block, '\\') & valid)
            return slow_fields(record, count, delimiter, fields, capacity);
        uint64_t before = ends | quotes;
        if (quotes | quoted) {
            uint64_t inside = prefix_xor(quotes) ^ (uint64_t)0 - quoted;
            if (quotes & inside & ~(before << 1 | may_open))
                return slow_fields(record, count, delimiter, fields, capacity);
            ends &= ~inside;
            quoted = inside >> 63;
            any |= quotes;
        }
        may_open = before >> 63;
        for (; ends; ends &= ends - 1) {
            size_t end = base + (size_t)__builtin_ctzll(ends);
            fields[found++] = any ? quoted_field(record, start, end) : make_field(start, end, 0);
            if (found == capacity) return found;
            start = end + 1;
        }
    }
    fields[found++] = any ? quoted_field(record, start, count) : make_field(start, count, 0);
    return found;
}

size_t cbytes_csv_unescape(const uint8_t *field, size_t count, uint8_t delimiter, uint8_t *out) {
    size_t written = 0;
    int quoted = 0;
    for (size_t i = 0; i < count; i++) {
        uint8_t c = field[i], next = i + 1 < count ? field[i + 1] : 0;
        if (c == '\\') {
            if (i + 1 < count && (next == '\\' || next == '"' || next == delimiter))
                out[written++] = field[++i];
        } else if (c == '"' && i == 0) {
            quoted = 1;
        } else if (c == '"') {
            // Two in a row are one; of a single one the first after an opening quote closes it.
            if (i + 1 < count && next == '"') i++, out[written++] = '"';
            else if (quoted) quoted = 0;
            else out[written++] = '"';
        } else {
            out[written++] = c;
        }
    }
    return written;
}
