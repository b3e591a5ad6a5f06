package netio_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/rouse-io/rouse/netio"
	"github.com/rouse-io/rouse/reactor"
)

// A server and a client in goroutine style, as with package net.
func ExampleListen() {
	r, err := reactor.New()
	if err != nil {
		fmt.Println("no reactor here:", err)
		return
	}
	defer r.Close()
	ctx := context.Background()
	go func() { _ = r.Run(ctx) }()

	l, err := netio.Listen(ctx, r, "tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer l.Close()
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		_, _ = io.Copy(c, c)
	}()

	c, err := netio.Dial(ctx, r, "tcp", l.Addr().String())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	_, _ = io.WriteString(c, "hello")
	_ = c.CloseWrite()
	answer, err := io.ReadAll(c)
	fmt.Printf("%s %v\n", answer, err)
	// Output: hello <nil>
}

// A connection in poll style: this goroutine drives the reactor itself, and the
// connection has none.
func ExampleConn_PollRead() {
	r, err := reactor.New()
	if err != nil {
		fmt.Println("no reactor here:", err)
		return
	}
	defer r.Close()
	l, err := netio.Listen(context.Background(), r, "tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer l.Close()

	// Dial waits for the reactor, so it can't be the goroutine that drives it.
	dialled := make(chan *netio.Conn)
	go func() {
		c, _ := netio.Dial(context.Background(), r, "tcp", l.Addr().String())
		_, _ = io.WriteString(c, "hello")
		dialled <- c
	}()

	var server *netio.Conn
	done := false
	buf := make([]byte, 64)
	var step reactor.WakerFunc
	step = func() { // called by a turn whenever it is worth trying again
		if server == nil {
			if server, err = l.PollAccept(step); err != nil {
				done = !errors.Is(err, reactor.ErrPending)
				return
			}
		}
		n, err := server.PollRead(step, buf)
		if !errors.Is(err, reactor.ErrPending) {
			fmt.Printf("%s %v\n", buf[:n], err)
			done = true
		}
	}
	for step(); !done; {
		if _, err := r.Turn(-1); err != nil {
			fmt.Println(err)
			return
		}
	}
	_ = server.Close()
	_ = (<-dialled).Close()
	// Output: hello <nil>
}

// An HTTP client whose connections are on a reactor.
func ExampleDialer() {
	r, err := reactor.New()
	if err != nil {
		fmt.Println("no reactor here:", err)
		return
	}
	defer r.Close()
	go func() { _ = r.Run(context.Background()) }()

	// And the server.
	l, err := netio.Listen(context.Background(), r, "tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	server := &http.Server{
		Handler:           http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }),
		ReadHeaderTimeout: 10 * time.Second,
	}
	go func() { _ = server.Serve(l) }()
	defer server.Close()

	dialer := &netio.Dialer{Reactor: r}
	client := &http.Client{Transport: &http.Transport{DialContext: dialer.DialContext}}
	answer, err := client.Get("http://" + l.Addr().String())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	fmt.Printf("%s %v\n", text, err)
	// Output: hello <nil>
}

// Datagrams.
func ExampleListenPacket() {
	r, err := reactor.New()
	if err != nil {
		fmt.Println("no reactor here:", err)
		return
	}
	defer r.Close()
	ctx := context.Background()
	go func() { _ = r.Run(ctx) }()

	a, err := netio.ListenPacket(ctx, r, "udp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer a.Close()
	b, err := netio.ListenPacket(ctx, r, "udp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer b.Close()
	_, _ = a.WriteTo([]byte("hello"), b.LocalAddr())
	buf := make([]byte, 64)
	n, from, err := b.ReadFrom(buf)
	fmt.Printf("%s %t %v\n", buf[:n], from.String() == a.LocalAddr().String(), err)
	// Output: hello true <nil>
}
