// Anyfd waits for five things that package net does not know, in one reactor: a
// timer, a directory, a child process, a pipe and a signal. On Linux each of
// them is a descriptor, and a descriptor is all that a reactor needs.
//
// It is written in goroutine style: a goroutine for each thing, which waits for
// it as if it blocked. It ends by itself after about a second.
//
//	go run ./examples/anyfd
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == childArg {
		child()
		return
	}
	if err := run(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "anyfd:", err)
		os.Exit(1)
	}
}

// childArg makes the program the child that it waits for.
const childArg = "child"

// childStatus is the child's exit status.
const childStatus = 7

// child says something and ends when its standard input does.
func child() {
	fmt.Println("hello from the child")
	_, _ = os.Stdin.Read(make([]byte, 1))
	os.Exit(childStatus)
}
