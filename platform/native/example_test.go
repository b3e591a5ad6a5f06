package native_test

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"syscall"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/native"
)

// A loop around a poller: it waits, and does what each event allows. In level
// mode what is left is reported again.
func ExampleOpen() {
	p, err := native.Open()
	if errors.Is(err, errors.ErrUnsupported) {
		fmt.Print("read \"hello\"\nend\n") // no adapter for this system
		return
	}
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()
	client, server := connect()
	defer server.Close()

	const token = 1 // the program's own name for the connection
	h := handleOf(server)
	if err := p.Add(h, token, platform.Readable, platform.Level); err != nil {
		log.Fatal(err)
	}
	fmt.Fprint(client, "hello") // from the other side
	client.Close()

	events := make([]platform.Event, 64)
	buf := make([]byte, 64)
	for open := true; open; {
		n, err := p.Wait(events, -1)
		if err != nil {
			log.Fatal(err)
		}
		for _, ev := range events[:n] {
			if ev.Token != token || !ev.Ready.IsReadable() {
				continue
			}
			switch n, err := server.Read(buf); {
			case err == nil:
				fmt.Printf("read %q\n", buf[:n])
			case errors.Is(err, io.EOF):
				fmt.Println("end")
				open = false
			default:
				log.Fatal(err)
			}
		}
	}
	if err := p.Delete(h); err != nil { // before the connection is closed
		log.Fatal(err)
	}
	// Output:
	// read "hello"
	// end
}

// handleOf returns the handle of a connection. Who uses it keeps the connection
// open meanwhile.
func handleOf(c syscall.Conn) platform.Handle {
	raw, err := c.SyscallConn()
	if err != nil {
		log.Fatal(err)
	}
	h := platform.NoHandle
	if err := raw.Control(func(fd uintptr) { h = platform.Handle(fd) }); err != nil {
		log.Fatal(err)
	}
	return h
}

// connect returns the two ends of a connection over loopback.
func connect() (*net.TCPConn, *net.TCPConn) {
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		log.Fatal(err)
	}
	defer l.Close()
	client, err := net.DialTCP("tcp", nil, l.Addr().(*net.TCPAddr))
	if err != nil {
		log.Fatal(err)
	}
	server, err := l.AcceptTCP()
	if err != nil {
		log.Fatal(err)
	}
	return client, server
}
