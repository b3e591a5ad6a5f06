#!/bin/sh
# Runs the steps that are named, in that order, and counts: tools/test.sh unit race.
# Stops at the first that fails. A step that this machine can't run is skipped,
# and said so; with CI=true a skip is a failure, too.
# shellcheck disable=SC2034,SC2154 # a title is read by its step's name
set -u
cd "$(dirname "$0")/.." || exit 1

GO=${GO:-go}
TARGETS=${TARGETS:-} # as targets.mk has them
SAMPLE=${SAMPLE:-}
QEMU=${QEMU:-}
WINE=${WINE:-}
OTHERS=${OTHERS:-}

# Each test waits with a deadline of its own; this one only a hang meets.
TIMEOUT=5m

# The C compiler that the race detector wants for Windows.
MINGW=x86_64-w64-mingw32-gcc

scratch=$(mktemp -d) || exit 1
# shellcheck disable=SC2317,SC2329 # for the trap
finish() {
	end_wine
	rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 130' INT TERM

# Where Wine is kept from one run to the next.
WINE_DIR=${WINE_DIR:-${XDG_CACHE_HOME:-${HOME:-$scratch}/.cache}/rouse/wine}
case $WINE_DIR in
/*) ;;
*) WINE_DIR=$PWD/$WINE_DIR ;;
esac

# skip is what a step returns with when this machine can't run it.
skip() {
	reason=$*
	return 77
}

run() {
	echo "$*"
	"$@"
}

go_test() {
	run "$GO" test -count=1 -timeout "$TIMEOUT" "$@" ./...
}

# The modules of their own, which ./... does not reach.
MODULES='examples/gateway tools/bench'
each_module() {
	for module in $MODULES; do
		"$@" || return 1
	done
}
module_test() {
	run "$GO" -C "$module" test -count=1 -timeout "$TIMEOUT" "$@" ./...
}
module_tidy() {
	run "$GO" -C "$module" mod tidy -diff
}
module_lint() {
	echo "GOOS=$os $module"
	(cd "$module" && unrun "$os/amd64" "$golangci" run ./...)
}

title_fmt='gofmt'
step_fmt() {
	"$("$GO" env GOROOT)/bin/gofmt" -s -l . >"$scratch/fmt" || return 1
	cat "$scratch/fmt"
	test ! -s "$scratch/fmt"
}

title_tidy='go.mod'
step_tidy() {
	run "$GO" mod tidy -diff && run "$GO" -C tools/lint mod tidy -diff && run "$GO" -C tools/actionlint mod tidy -diff && each_module module_tidy
}

title_check='generated files'
step_check() {
	run "$GO" run ./gen -check || return 1
	# Go generate makes the Windows calls, from the comments that begin with //sys.
	for file in $(find . -name 'zsyscall_windows*.go'); do
		calls=$(dirname "$file")/$(basename "$file" | sed 's/^z//')
		"$GO" tool mkwinsyscall "$calls" | diff - "$file" || return 1
	done
}

# cross is a command for another system.
cross() {
	target=$1
	shift
	CGO_ENABLED=0 GOOS=${target%/*} GOARCH=${target#*/} "$@"
}

# unrun is cross for what is not run: no time is spent on making it fast.
unrun() {
	GOFLAGS="$("$GO" env GOFLAGS) '-gcflags=all=-N -l'" cross "$@"
}

# each_target runs a function for each target.
each_target() {
	check=$1
	shift
	if [ $# = 0 ]; then
		echo 'no targets: go generate ./..., then make'
		return 1
	fi
	for target; do
		"$check" "$target" || return 1
	done
}

# libraries are the packages that are no programs. On some systems only their own
# C compiler can link, so that programs and tests are left out.
libraries() {
	"$GO" list -f '{{if ne .Name "main"}}{{.ImportPath}}{{end}}' ./...
}

# The linter is built for this machine, then looks at the code for others.
find_golangci() {
	golangci=$(GOOS='' GOARCH='' "$GO" tool -n -modfile=tools/lint/go.mod golangci-lint)
}

title_vet='go vet, tests too, a target for each system; all others are built'
step_vet() {
	# shellcheck disable=SC2086 # lists
	each_target vet_target $SAMPLE && each_target build_target $OTHERS
}
vet_target() {
	case $1 in
	android/* | ios/*) build_target "$1" ;;
	*)
		echo "$1: go vet"
		unrun "$1" "$GO" vet ./...
		;;
	esac
}

title_cross='every target: go vet and staticcheck, linked, tests too; all others are built'
step_cross() {
	mkdir -p "$scratch/linked"
	# shellcheck disable=SC2086 # lists
	find_golangci && each_target check_target $TARGETS && each_target link_target $TARGETS && each_target build_target $OTHERS
}
check_target() {
	case $1 in
	android/* | ios/*)
		echo "$1: without programs and tests"
		# shellcheck disable=SC2046 # a list
		unrun "$1" "$golangci" run --enable-only govet,staticcheck --tests=false $(libraries_below)
		;;
	*)
		echo "$1"
		unrun "$1" "$golangci" run --enable-only govet,staticcheck ./...
		;;
	esac
}

# libraries_below are libraries as paths, which is what the linter takes.
libraries_below() {
	libraries | sed "s#^$("$GO" list -m)#.#"
}

link_target() {
	case $1 in
	android/* | ios/*) build_target "$1" ;;
	*)
		echo "$1: go test -c"
		unrun "$1" "$GO" test -c -ldflags='-s -w' -o "$scratch/linked/" ./... >"$scratch/out" 2>&1 || {
			cat "$scratch/out"
			return 1
		}
		rm -rf "$scratch"/linked/*
		;;
	esac
}
build_target() {
	case $1 in
	android/* | ios/*)
		echo "$1: go build, without programs and tests"
		# shellcheck disable=SC2046 # a list
		unrun "$1" "$GO" build $(libraries)
		;;
	*)
		echo "$1: go build"
		unrun "$1" "$GO" build ./...
		;;
	esac
}

title_lint='golangci-lint'
step_lint() {
	run "$GO" tool -modfile=tools/actionlint/go.mod actionlint || return 1
	find_golangci || return 1
	for os in linux darwin freebsd windows; do
		echo "GOOS=$os golangci-lint run"
		unrun "$os/amd64" "$golangci" run ./... && each_module module_lint || return 1
	done
}

title_unit='tests'
step_unit() {
	go_test && each_module module_test
}

title_interleave='the reactor in every order of its steps'
step_interleave() {
	run "$GO" vet -tags interleave ./internal/step ./reactor || return 1
	run "$GO" test -count=1 -timeout 1h -tags interleave -run '^TestInterleave' -v ./reactor \
		-interleave.executions "${EXECUTIONS:-20000}" >"$scratch/out" || {
		grep -v '^=== RUN' "$scratch/out"
		return 1
	}
	grep -B 1 '^--- PASS' "$scratch/out" | grep -v '^--$'
	grep '^interleave:' "$scratch/out"
	proved "$(grep '^interleave:' "$scratch/out")"
}

title_mutants='mistakes put into the reactor, and found'
step_mutants() {
	run "$GO" run ./tools/mutants -some "${MUTANTS:-0}" >"$scratch/out"
	status=$?
	cat "$scratch/out"
	test $status != 0 || proved "$(grep '^mutants:' "$scratch/out")"
	return $status
}

title_oracle='random scripts, compared with poll(2)'
step_oracle() {
	run "$GO" test -count=1 -timeout 1h -run '^TestRandom$' -v ./internal/oracle -oracle.for "${ORACLE:-10s}" >"$scratch/out" || {
		cat "$scratch/out"
		return 1
	}
	grep ' scripts ' "$scratch/out"
	proved "oracle: $(sed -n 's/.*_test.go:[0-9]*: \([0-9]* scripts\)/\1/p' "$scratch/out")"
}

title_fuzz='fuzz targets'
step_fuzz() {
	targets=0
	execs=0
	for file in $(grep -rl '^func Fuzz' --include='*_test.go' .); do
		dir=$(dirname "$file")
		for target in $(cd "$dir" && "$GO" test -list '^Fuzz' . | grep '^Fuzz'); do
			grep -q "^func $target(" "$file" || continue
			echo "$dir $target"
			# Not for a time: at its end go test may call that a failure (golang/go#75804).
			(cd "$dir" && "$GO" test -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZ:-3000}x" .) >"$scratch/out" 2>&1 || {
				cat "$scratch/out"
				return 1
			}
			tail -n 3 "$scratch/out" | grep execs
			n=$(sed -n 's/.*execs: \([0-9]*\) .*/\1/p' "$scratch/out" | tail -n 1)
			if [ "${n:-0}" = 0 ]; then
				cat "$scratch/out"
				return 1
			fi
			targets=$((targets + 1))
			execs=$((execs + n))
		done
	done
	proved "fuzz: $execs inputs for $targets targets"
}

title_benchcheck='allocations and instructions of the micro benchmarks'
step_benchcheck() {
	if [ "$("$GO" env GOHOSTOS)" != linux ]; then
		skip 'callgrind counts on Linux'
		return
	fi
	run "$GO" -C tools/bench run . check || return 1
	command -v valgrind >/dev/null || skip 'there is no valgrind: instructions were not counted'
}

title_clients='netio, clients that nobody here wrote'
step_clients() {
	for program in curl openssl; do
		if ! command -v "$program" >/dev/null; then
			skip "there is no $program"
			return
		fi
	done
	run "$GO" test -count=1 -timeout "$TIMEOUT" -run Foreign -v ./netio
}

title_race='tests, race detector'
step_race() {
	# Not every port has the detector, and most want a C compiler.
	if ! why=$("$GO" list -race runtime 2>&1); then
		skip "$why"
		return
	fi
	go_test -race && each_module module_test -race
}

title_faults='system calls that fail, by strace'
step_faults() {
	run "$GO" test -count=1 -timeout "$TIMEOUT" -run 'Fault' -v ./platform/... >"$scratch/out" || {
		cat "$scratch/out"
		return 1
	}
	proved "$(sed -n 's/.*_test.go:[0-9]*: \(faults: \)/\1/p' "$scratch/out")"
	run "$GO" build -o "$scratch/faults" ./tools/faults || return 1
	"$scratch/faults" -for "${FAULTS:-20s}" >"$scratch/out" 2>"$scratch/why"
	status=$?
	if [ $status = 77 ]; then
		skip "$(tail -n 1 "$scratch/why")"
		return
	fi
	cat "$scratch/out"
	cat "$scratch/why" >&2
	test $status != 0 || proved "faults: $(tail -n 1 "$scratch/out")"
	return $status
}

title_soak='a soak, also with the race detector where there is one'
step_soak() {
	soak '' && if "$GO" list -race runtime >/dev/null 2>&1; then soak -race; fi
}
soak() {
	# shellcheck disable=SC2086 # nothing, where it is empty
	run "$GO" run $1 ./tools/soak -for "${SOAK:-60s}" >"$scratch/out"
	status=$?
	cat "$scratch/out"
	test $status != 0 || proved "soak${1:+, $1}: $(tail -n 1 "$scratch/out")"
	return $status
}

title_cpu='tests, 1, 2 and 4 processors'
step_cpu() {
	go_test -cpu 1,2,4
}

title_386='tests, GOARCH=386'
step_386() {
	host=$("$GO" env GOHOSTOS)/$("$GO" env GOHOSTARCH)
	if [ "$host" != linux/amd64 ] && [ "$host" != linux/386 ]; then
		skip "$host runs no programs for linux/386"
		return
	fi
	mkdir -p "$scratch/nothing"
	echo 'package main; func main() {}' >"$scratch/nothing/main.go"
	if ! CGO_ENABLED=0 GOOS=linux GOARCH=386 "$GO" run "$scratch/nothing/main.go"; then
		skip 'this kernel runs no programs for linux/386'
		return
	fi
	echo 'CGO_ENABLED=0 GOOS=linux GOARCH=386'
	CGO_ENABLED=0 GOOS=linux GOARCH=386 go_test
}

# emulator is what qemu calls a processor.
emulator() {
	case $1 in
	arm64) echo qemu-aarch64 ;;
	*) echo "qemu-$1" ;;
	esac
}

title_qemu='tests, other processors, under qemu-user'
step_qemu() {
	if [ "$("$GO" env GOHOSTOS)" != linux ]; then
		skip 'qemu-user runs on Linux'
		return
	fi
	for target in $QEMU; do
		program=$(emulator "${target#*/}")
		if ! command -v "$program" >/dev/null; then
			skip "there is no $program; Debian has it in qemu-user"
			return
		fi
	done
	for target in $QEMU; do
		echo "$target: go test"
		cross "$target" "$GO" test -short -count=1 -timeout "$TIMEOUT" -exec "$(emulator "${target#*/}")" ./platform/... ./internal/oracle ./internal/sock ./reactor ./netio ./park || return 1
	done
}

# end_wine ends what runs under this run's Wine, and no other.
end_wine() {
	test ! -d "$scratch/wine" || WINEPREFIX="$scratch/wine" "$WINE_DIR/wineserver" -k || :
}

# under_wine runs a command with a Wine to itself, which is set up where it is not
# there yet. What the command runs with "$winego" is a Windows program.
under_wine() {
	if [ "$("$GO" env GOHOSTOS)" = windows ]; then
		skip 'this is Windows: the other steps run here as they are'
		return
	fi
	if [ -z "$WINE" ]; then
		echo 'no targets: go generate ./..., then make'
		return 1
	fi
	sh tools/wine.sh "$WINE_DIR" 2>"$scratch/why"
	status=$?
	if [ $status = 77 ]; then
		skip "$(tail -n 1 "$scratch/why")"
		return
	fi
	cat "$scratch/why" >&2
	test $status = 0 || return

	winego="'$WINE_DIR/winego'" # go test splits at spaces
	export WINEPREFIX="$scratch/wine"
	"$WINE_DIR/winego" cmd /c exit && "$@"
	status=$?
	end_wine
	return $status
}

title_windows='tests, Windows, under Wine'
step_windows() {
	under_wine test_windows
}
test_windows() {
	short='' # the first one is tested whole
	for target in $WINE; do
		echo "$target: go test $short"
		# shellcheck disable=SC2086 # nothing, where it is empty
		cross "$target" "$GO" test $short -count=1 -timeout "$TIMEOUT" -exec "$winego" ./... || return 1
		short=-short
	done
}

title_winfaults='system calls that fail, Windows, under Wine'
step_winfaults() {
	under_wine test_winfaults
}
test_winfaults() {
	# shellcheck disable=SC2086 # a list; the first is tested
	target=$(set -- $WINE && echo "$1")
	echo "$target: go test -run Fault"
	cross "$target" "$GO" test -count=1 -timeout "$TIMEOUT" -run Fault -v -exec "$winego" ./platform/windows >"$scratch/out" || {
		cat "$scratch/out"
		return 1
	}
	proved "$(sed -n 's/.*_test.go:[0-9]*: \(faults: \)/\1/p' "$scratch/out")"
}

title_winrace='tests, Windows, race detector, under Wine'
step_winrace() {
	if ! command -v "$MINGW" >/dev/null; then
		skip "there is no $MINGW; Debian has it in gcc-mingw-w64-x86-64"
		return
	fi
	under_wine test_winrace
}
test_winrace() {
	echo "CGO_ENABLED=1 CC=$MINGW GOOS=windows GOARCH=amd64"
	CGO_ENABLED=1 CC=$MINGW GOOS=windows GOARCH=amd64 go_test -race -short -exec "$winego"
}

# proved keeps what a step has to tell, for the end.
proved() {
	test -z "$*" || echo "$*" | sed 's/^/  /' >>"$scratch/proved"
}

passed=0
skipped=0

summary() {
	echo
	if [ -f "$scratch/proved" ]; then
		echo 'What was proved:'
		cat "$scratch/proved"
		echo
	fi
	echo "$passed steps passed, $1 failed, $skipped skipped"
	test ! -f "$scratch/skipped" || cat "$scratch/skipped"
}

for name; do
	if ! command -v "step_$name" >/dev/null; then
		echo "tools/test.sh: no step is called $name" >&2
		exit 2
	fi
done

for name; do
	eval "title=\$title_$name"
	echo
	echo "=== $title"
	started=$(date +%s)
	"step_$name"
	status=$?
	took=$(($(date +%s) - started))
	case $status in
	0)
		passed=$((passed + 1))
		echo "--- passed: $title (${took} s)"
		;;
	77)
		skipped=$((skipped + 1))
		echo "--- SKIPPED: $title: $reason"
		echo "  skipped: $title: $reason" >>"$scratch/skipped"
		;;
	*)
		echo "--- FAILED: $title"
		summary 1
		exit 1
		;;
	esac
done

summary 0
if [ "$skipped" -gt 0 ] && [ "${CI:-}" = true ]; then
	echo 'CI=true: nothing may be skipped'
	exit 1
fi
