# make demo   see a batch run, break and go on
# make test   everything that must hold
# make help   the rest

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := build

# Exclusivity is checked in tests. Functions that look alike are left apart: merged ones reach what
# tells them apart through pointers, and those that copy values are called hundreds of times an item.
FAST := -Xswiftc -enforce-exclusivity=unchecked \
	-Xswiftc -Xfrontend -Xswiftc -disable-llvm-merge-functions-pass
RELEASE := swift build -c release --static-swift-stdlib --product maprun $(FAST)

.PHONY: help setup build demo lint test conformance test-tsan test-asan docs bench fuzz kill clean

help:
	@echo "make setup        install what the build needs (apt-get), if anything is missing"
	@echo "make build        build .build/release/maprun"
	@echo "make demo         run 100,000 registrations, kill a second run half-way, resume it"
	@echo "make test         formatting and all tests; MAPRUN_CONFORMANCE=DIR adds the suites there"
	@echo "make conformance  the suites in MAPRUN_CONFORMANCE alone, with a table"
	@echo "make test-tsan    all tests under the thread sanitizer"
	@echo "make test-asan    all tests under the address sanitizer"
	@echo "make docs         the library's documentation, into .build/docs"
	@echo "make bench        measure against the floor and Python"
	@echo "make kill         kill 210 runs at random, resume them, compare what they leave"
	@echo "make fuzz         fuzz every parser for a minute each"

setup:
	@.ci/setup

build: setup
	$(RELEASE)

demo: build
	@pipelines/daycare/demo .build/release/maprun

lint:
	swift format lint --strict --recursive Package.swift Sources Tests benchmarks

test: setup lint
	@if [ -z "$${MAPRUN_CONFORMANCE:-}" ]; then \
	    echo "*** CONFORMANCE SKIPPED: MAPRUN_CONFORMANCE names no folder of cases ***"; fi
	@.ci/python-packages
	.ci/build-tests
	PYTHONPATH="$(CURDIR)/.build/python$${PYTHONPATH:+:$$PYTHONPATH}" swift test --skip-build
	@if [ -z "$${MAPRUN_CONFORMANCE:-}" ]; then \
	    echo "*** CONFORMANCE SKIPPED: MAPRUN_CONFORMANCE names no folder of cases ***"; fi

conformance: setup
	@.ci/conformance

test-tsan: setup
	.ci/test-tsan

# Swift's own runtime keeps a few bytes to the end, which the leak check takes for a leak.
test-asan: setup
	ASAN_OPTIONS=detect_leaks=0 swift test --sanitize=address --scratch-path .build-asan

docs: setup
	.ci/docs

bench: build
	benchmarks/run

kill: build
	benchmarks/kill

fuzz: setup
	benchmarks/fuzz/run

clean:
	rm -rf .build .build-* benchmarks/.build
