package platform_test

import (
	"errors"
	"fmt"
	"log"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/native"
)

// An interest is a set of bits, and says what readiness satisfies it.
func ExampleInterest() {
	in := platform.Readable | platform.Writable
	fmt.Println(in)
	fmt.Println(platform.Readable.Ready())
	fmt.Println(in.IsValid(), platform.Interest(0).IsValid())
	// Output:
	// readable|writable
	// readable|read-closed|error
	// true false
}

// The peer has sent something and then shut its side: there may be bytes to
// read, and then nothing more will come. Writing goes on.
func ExampleReady() {
	ready := platform.ReadyReadable | platform.ReadyReadClosed | platform.ReadyWritable
	fmt.Println(ready)
	fmt.Println("read:", ready.IsReadable(), "until the end:", ready.IsReadClosed())
	fmt.Println("write:", ready.IsWritable(), "at the end:", ready.IsWriteClosed())
	fmt.Println("for good:", ready&platform.ReadyFinal)
	// Output:
	// readable|writable|read-closed
	// read: true until the end: true
	// write: true at the end: false
	// for good: read-closed
}

// An error names the operation, and errors.Is finds what the contract calls it.
func ExampleError() {
	p, err := native.Open()
	if errors.Is(err, errors.ErrUnsupported) {
		fmt.Println("add, not pollable: true") // no adapter for this system
		return
	}
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()

	err = p.Add(platform.NoHandle, 1, platform.Readable, platform.Edge)
	if e, ok := errors.AsType[*platform.Error](err); ok {
		fmt.Printf("%s, not pollable: %v\n", e.Op, errors.Is(err, platform.ErrNotPollable))
	}
	// Output: add, not pollable: true
}
