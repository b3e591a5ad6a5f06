# rouse: make help

GO ?= go

# TARGETS, SAMPLE, QEMU, WINE and OTHERS: every GOOS/GOARCH of the spec, one for
# each system, those that run under qemu-user and under Wine, and the rest of Go's.
-include targets.mk

export GO

STEPS := fmt tidy check vet lint unit interleave mutants oracle fuzz faults soak clients benchcheck race cpu 386 qemu windows winrace
RUN = @TARGETS="$(TARGETS)" SAMPLE="$(SAMPLE)" QEMU="$(QEMU)" WINE="$(WINE)" OTHERS="$(OTHERS)" sh tools/test.sh

.DEFAULT_GOAL := help
.NOTPARALLEL:

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z].*:.*## / { printf "  make %-14s%s\n", $$1, $$2 }' Makefile

.PHONY: demo
demo: ## the echo server beside package net's, under load: a table of both
	@$(GO) run ./examples/echo -demo

.PHONY: test
test: export MUTANTS := $(or $(MUTANTS),8)
test: ## everything below that proves something, with a count of what was skipped
	$(RUN) $(STEPS)

.PHONY: test-unit test-interleave test-clients test-race test-cpu test-386 test-qemu
test-unit: ## the tests
test-interleave: ## the reactor's scenarios, in every order of their steps, as far as a minute goes
test-clients: ## curl and openssl against servers on package netio
test-race: ## the tests under the race detector (needs a C compiler on most systems)
test-cpu:  ## the tests with 1, 2 and 4 processors
test-386:  ## the tests as 386, on Linux
test-qemu: ## the tests of the library on other processors, under qemu-user
test-unit test-interleave test-clients test-race test-cpu test-386 test-qemu:
	$(RUN) $(@:test-%=%)

.PHONY: test-windows
test-windows: ## the tests as Windows programs, under Wine, also with the race detector (needs mingw-w64)
	$(RUN) windows winrace

.PHONY: proof
proof: export EXECUTIONS := $(or $(EXECUTIONS),400000)
proof: export ORACLE := $(or $(ORACLE),5m)
proof: export FUZZ := $(or $(FUZZ),100000)
proof: export FAULTS := $(or $(FAULTS),0)
proof: ## everything that is random or at every place, whole, with a line for each (most of an hour)
	$(RUN) interleave mutants oracle fuzz faults winfaults soak

.PHONY: mutants oracle fuzz
mutants: ## mistakes put into the reactor, and found by the scenarios: all, or MUTANTS=8 of them
oracle:  ## random scripts, after each step compared with poll(2), for 10 s, or ORACLE=5m
fuzz:    ## the fuzz targets, 3,000 inputs for each, or FUZZ=100000
mutants oracle fuzz:
	$(RUN) $@

.PHONY: fmt tidy check vet cross lint
fmt:   ## gofmt has nothing to say
tidy:  ## go.mod has nothing missing and nothing left over
check: ## what is generated is what the spec says
vet:   ## go vet, tests too, for each system of the spec, and go build for each other one of Go's
cross: ## every target of the spec: go vet, staticcheck, linked, tests too; every other of Go's: built
lint:  ## golangci-lint, as pinned in tools/lint
fmt tidy check vet lint:
	$(RUN) $@
cross:
	$(RUN) $@

.PHONY: generate
generate: ## write again what is generated
	@$(GO) generate ./...

.PHONY: faults
faults: ## each system call of the examples made to fail in turn, for 20 s, or FAULTS=0 for all (Linux, strace)
	$(RUN) faults

.PHONY: soak
soak: ## a minute of everything that wears a server out, or SOAK=10m of it, with and without the race detector; then nothing may be left
	$(RUN) soak

.PHONY: matrix
matrix: ## for every system: built, vetted, and tested as far as this machine can; a table
	@$(GO) run ./tools/matrix

.PHONY: bench
bench: ## the numbers of the README
	@$(GO) -C tools/bench run .

.PHONY: bench-peers
bench-peers: ## rouse beside the other libraries of the field: docs/benchmarks, a quarter of an hour (Linux)
	@$(GO) -C tools/bench run . peers

.PHONY: bench-check
bench-check: ## what operations allocate, and how many instructions they take (valgrind), is not 5 % more than before
	$(RUN) benchcheck

.PHONY: bench-scale
bench-scale: ## to a million registrations and a hundred thousand connections, and on two cores (Linux)
	@$(GO) -C tools/bench run . scale

.PHONY: syscalls
syscalls: ## what the echo server asks of the kernel at 2,000 messages a second (Linux, strace)
	@sh tools/syscalls.sh

.PHONY: clean
clean: ## remove what go test and the profilers leave behind
	@$(GO) clean -testcache
	@find . -path ./.git -prune -o -type f \( -name '*.out' -o -name '*.prof' -o -name '*.test' \) -exec rm -f {} +
