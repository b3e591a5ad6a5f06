//go:build !linux

package main

import (
	"fmt"
	"os"
	"runtime"
)

func main() {
	fmt.Fprintln(os.Stderr, "bench: the floors are epoll loops: this needs Linux, not", runtime.GOOS)
	os.Exit(1)
}
