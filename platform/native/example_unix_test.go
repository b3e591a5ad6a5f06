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

// In edge mode a report comes once. So what can be read is read until it would
// block, and then the next report is asked for.
func ExampleRead() {
	p, err := native.Open()
	if errors.Is(err, errors.ErrUnsupported) {
		fmt.Print("read \"hello\"\nwould block\n") // no adapter for this system
		return
	}
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()
	in, out, err := os.Pipe() // package os makes it non-blocking
	if err != nil {
		log.Fatal(err)
	}
	defer in.Close()
	defer out.Close()

	h := handleOf(in)
	if err := p.Add(h, 1, platform.Readable, platform.Edge); err != nil {
		log.Fatal(err)
	}
	fmt.Fprint(out, "hello")

	events := make([]platform.Event, 64)
	if _, err := p.Wait(events, -1); err != nil {
		log.Fatal(err)
	}
	buf := make([]byte, 64)
	for {
		n, err := native.Read(h, buf)
		if errors.Is(err, native.WouldBlock) {
			fmt.Println("would block")
			break
		}
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("read %q\n", buf[:n])
	}
	if err := p.Rearm(h, 1, platform.Readable); err != nil { // then Wait again
		log.Fatal(err)
	}
	// Output:
	// read "hello"
	// would block
}
