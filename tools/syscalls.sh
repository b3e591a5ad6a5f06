#!/bin/sh
# Counts the system calls of the echo server at 2,000 messages a second. What a
# blocking call after idleness costs is to be seen as futex and nanosleep: Go's
# scheduler wakes its monitor and another thread, for every message. The reactor
# must not cause that; package net, for comparison, does.
set -eu
cd "$(dirname "$0")/.."

GO=${GO:-go}
RATE=2000
DURATION=4 # seconds
LIMIT=0.05 # futex and nanosleep for each message: start, end and collecting garbage have about a hundred
EPOLL=5    # epoll_wait for each message: one that waits, and those that ask before and after it

skip() {
	echo "SKIPPED: $*"
	test "${CI:-}" != true
	exit
}

test "$("$GO" env GOOS)" = linux || skip 'strace is for Linux'
command -v strace >/dev/null || skip 'strace is missing'
strace -o /dev/null true || skip 'strace may not trace here'

scratch=$(mktemp -d)
server=
# shellcheck disable=SC2317,SC2329 # for the trap
finish() {
	test -z "$server" || kill "$server" 2>/dev/null || :
	rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 130' INT TERM

# await waits at most ten seconds for a file to have a line.
await() {
	tries=100
	until grep -q "$1" "$2" 2>/dev/null; do
		tries=$((tries - 1))
		if [ "$tries" = 0 ]; then
			echo "no '$1' after ten seconds" >&2
			return 1
		fi
		sleep 0.1
	done
}

# count leaves strace's table of a server under load in a file of its style.
count() {
	# With -D what is started here is the server, and strace is its child.
	rm -f "$scratch/out" # the last one says where it listened
	strace -D -f -c -o "$scratch/$1" "$scratch/echo" -listen 127.0.0.1:0 -style "$1" >"$scratch/out" &
	server=$!
	await '^listening on ' "$scratch/out"
	address=$(sed -n 's/^listening on //p' "$scratch/out")
	"$scratch/echo" -load "$address" -connections 64 -rate "$RATE" -duration "${DURATION}s" >"$scratch/load"
	kill "$server"
	wait "$server" || :
	server=
	await ' total$' "$scratch/$1"
}

# verdict prints what matters in a table: a message is a write.
verdict() {
	awk -v style="$1" -v least="$((RATE * DURATION / 2))" -v limit="$2" -v most="$EPOLL" '
		$4 ~ /^[0-9]+$/ { calls[$NF] = $4 }
		END {
			messages = calls["write"]
			if (messages < least) {
				print style ": too few messages to tell: " messages
				exit 1
			}
			futex = calls["futex"] / messages
			sleep = (calls["nanosleep"] + calls["clock_nanosleep"]) / messages
			epoll = (calls["epoll_wait"] + calls["epoll_pwait"] + calls["epoll_pwait2"]) / messages
			printf "%-10s %6d messages, for each: %.3f futex, %.3f nanosleep, %.1f epoll_wait\n", style, messages, futex, sleep, epoll
			if (limit != "" && futex + sleep > limit) {
				print style ": more than " limit " futex and nanosleep for a message"
				exit 1
			}
			if (limit != "" && epoll > most) {
				print style ": more than " most " epoll_wait for a message"
				exit 1
			}
		}' "$scratch/$1"
}

"$GO" build -o "$scratch/echo" ./examples/echo

for style in poll goroutine std; do
	count "$style"
done
cat "$scratch/poll"
echo
verdict goroutine ''
verdict std ''
verdict poll "$LIMIT"
