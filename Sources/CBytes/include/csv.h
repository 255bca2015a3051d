#ifndef CBYTES_CSV_H
#define CBYTES_CSV_H
#include <stddef.h>
#include <stdint.h>

// The rules, byte by byte. A quote at the start of a field opens it, the next single quote closes
// it; a doubled quote inside is one quote; after the closing quote, and in a field that did not
// start with one, quotes are ordinary (two in a row count as one). A backslash takes the meaning
// from a backslash, quote or delimiter after it. A line feed outside quotes ends the record.

/// Where the search for record ends stands between two calls; all zero but the first two at first.
typedef struct {
    uint8_t delimiter;
    uint8_t may_open;   ///< a quote here opens a field, or goes on with one as a doubled quote
    uint8_t quoted;     ///< inside quotes
    uint8_t escaped;    ///< the byte before was a backslash that may escape this one
    uint8_t saw_high;   ///< a byte over 127 was passed
} cbytes_csv_state;

/// The place of one field inside its record.
typedef struct {
    uint32_t offset;
    uint32_t details;   ///< bytes, and in the top bit whether quotes or backslashes must be taken out
} cbytes_csv_field;

/// Searches bytes[from, to) for record ends and writes the offset after each line feed to `ends`.
/// Stops behind the end that fills `capacity` or is at or behind `stop`. Returns how far it came.
/// Up to 63 bytes after `to` are read, and ignored.
size_t cbytes_csv_records(cbytes_csv_state *state, const uint8_t *bytes, size_t from, size_t to,
                          size_t stop, uint32_t *ends, size_t capacity, size_t *count);

/// Splits one record (without its line end) into at most `capacity` fields; returns their number.
/// Up to 63 bytes after the record are read, and ignored.
size_t cbytes_csv_fields(const uint8_t *record, size_t count, uint8_t delimiter,
                         cbytes_csv_field *fields, size_t capacity);

/// Writes a field without its quotes and backslashes to `out`, which is never longer; returns bytes.
size_t cbytes_csv_unescape(const uint8_t *field, size_t count, uint8_t delimiter, uint8_t *out);
#endif
