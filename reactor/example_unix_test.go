//go:build unix

package reactor_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	"github.com/rouse-io/rouse/platform/native"
	"github.com/rouse-io/rouse/reactor"
)

// Goroutine style: an operation is tried as soon as it can go on, and again when
// it would have blocked. The goroutine parks meanwhile.
func ExampleRegistration_AsyncIO() {
	r, err := reactor.New()
	if errors.Is(err, errors.ErrUnsupported) {
		fmt.Println(`read "hello"`) // no adapter for this system
		return
	}
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	go r.Run(ctx)
	defer r.Close()
	in, out, err := os.Pipe() // package os makes it non-blocking
	if err != nil {
		log.Fatal(err)
	}
	defer in.Close()
	defer out.Close()

	g, err := r.Register(in, reactor.Readable)
	if err != nil {
		log.Fatal(err)
	}
	go fmt.Fprint(out, "hello")

	buf := make([]byte, 16)
	n := 0
	err = g.AsyncIO(ctx, reactor.Readable, func() (err error) {
		n, err = native.Read(g.Handle(), buf)
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("read %q\n", buf[:n])
	// Output: read "hello"
}

// Poll style: an operation that can't go on says so, and a Waker is called when
// it is worth trying again. No goroutine waits; this one owns the loop.
func ExampleRegistration_PollReadIO() {
	r, err := reactor.New()
	if errors.Is(err, errors.ErrUnsupported) {
		fmt.Print("pending\nread \"hello\"\npending\n") // no adapter for this system
		return
	}
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()
	in, out, err := os.Pipe() // package os makes it non-blocking
	if err != nil {
		log.Fatal(err)
	}
	defer in.Close()
	defer out.Close()

	g, err := r.Register(in, reactor.Readable)
	if err != nil {
		log.Fatal(err)
	}
	buf := make([]byte, 16)
	n, total := 0, 0
	read := func() (err error) {
		n, err = native.Read(g.Handle(), buf)
		return err
	}
	var work reactor.WakerFunc
	work = func() {
		for {
			err := g.PollReadIO(work, read)
			switch {
			case errors.Is(err, reactor.ErrPending):
				fmt.Println("pending")
				return // work is called again
			case errors.Is(err, reactor.ErrShutdown):
				return // the reactor was closed, and work is not called again
			case err != nil:
				log.Fatal(err)
			}
			fmt.Printf("read %q\n", buf[:n])
			total += n
		}
	}
	work()
	fmt.Fprint(out, "hello")
	for total < len("hello") {
		if _, err := r.Turn(-1); err != nil {
			log.Fatal(err)
		}
	}
	// Output:
	// pending
	// read "hello"
	// pending
}

// TryIO asks at once, and waits for nothing.
func ExampleRegistration_TryIO() {
	r, err := reactor.New()
	if errors.Is(err, errors.ErrUnsupported) {
		fmt.Println("rouse: operation would block") // no adapter for this system
		return
	}
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()
	in, out, err := os.Pipe()
	if err != nil {
		log.Fatal(err)
	}
	defer in.Close()
	defer out.Close()

	g, err := r.Register(in, reactor.Readable)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := r.Turn(0); err != nil { // looks whether something has come
		log.Fatal(err)
	}
	buf := make([]byte, 16)
	err = g.TryIO(reactor.Readable, func() error {
		_, err := native.Read(g.Handle(), buf)
		return err
	})
	fmt.Println(err)
	// Output: rouse: operation would block
}
