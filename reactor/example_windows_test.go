package reactor_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	"github.com/rouse-io/rouse/platform/native"
	"github.com/rouse-io/rouse/platform/windows"
	"github.com/rouse-io/rouse/reactor"
)

// The server's end of a named pipe waits for a client, and then for what it
// sends.
func ExampleReactor_Register_namedPipe() {
	r, err := reactor.New()
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	go r.Run(ctx)
	defer r.Close()

	name := fmt.Sprintf(`\\.\pipe\rouse-example-%d`, os.Getpid())
	server, err := windows.ListenPipe(name, true)
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()
	g, err := r.Register(server, reactor.Readable|reactor.Writable)
	if err != nil {
		log.Fatal(err)
	}
	if err := server.Connect(); !errors.Is(err, native.WouldBlock) { // there is no client yet
		log.Fatal(err)
	}
	client, err := windows.DialPipe(name)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	if err := g.AsyncIO(ctx, reactor.Writable, server.Connect); err != nil {
		log.Fatal(err)
	}

	if _, err := client.Write([]byte("hello")); err != nil {
		log.Fatal(err)
	}
	buf := make([]byte, 16)
	n := 0
	err = g.AsyncIO(ctx, reactor.Readable, func() (err error) {
		n, err = server.Read(buf)
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("read %q\n", buf[:n])
	if err := g.Deregister(); err != nil { // before the pipe is closed
		log.Fatal(err)
	}
	// Output: read "hello"
}
