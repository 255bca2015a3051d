#ifndef CBYTES_H
#define CBYTES_H
// Small C helpers that Swift inlines: byte scanning, checksums, system calls that Glibc's module lacks.
#include "checksum.h"
#include "csv.h"
#include "digest.h"
#include "elements.h"
#include "machine.h"
#include "process.h"
#include "scan.h"
#include "stack.h"
#include "strings.h"
#endif
