package netio_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/rouse-io/rouse/netio"
	"github.com/rouse-io/rouse/reactor"
	"golang.org/x/sys/unix"
)

// urgentByte is no byte of the stream, because one that has not been taken when
// the next comes becomes a byte of the stream.
const urgentByte = 255

// facts/pitfalls 17: TCP ends a read before an urgent byte, so a short read does
// not say that there is nothing behind. Bursts with urgent bytes in them are read
// in both styles while they are sent; each must come as a whole, though nothing
// follows that could wake the reader.
func TestUrgentData(t *testing.T) {
	for name, read := range map[string]func(*testing.T, *netio.Conn, []byte) (int, error){
		"Read": func(_ *testing.T, c *netio.Conn, p []byte) (int, error) { return c.Read(p) },
		"PollRead": func(t *testing.T, c *netio.Conn, p []byte) (n int, err error) {
			err = newSignal().polling(t, func(w reactor.Waker) error { n, err = c.PollRead(w, p); return err })
			return n, err
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := running(t)
			l := listening(t, r, "tcp")
			for range 150 { // a connection learns for good that urgent data comes
				a, b := pairOf(t, r, l)
				if err := a.SetReadDeadline(time.Now().Add(patience)); err != nil {
					t.Fatal(err)
				}
				buf := make([]byte, 300)
				for range 20 {
					stream := make([]byte, 1+rand.N(800))
					for i := range stream {
						stream[i] = byte(i % urgentByte)
					}
					sent := make(chan error, 1)
					go func() {
						err := sendUrgently(b, stream)
						if err != nil {
							_ = b.CloseWrite() // nothing more will come
						}
						sent <- err
					}()
					for left := stream; len(left) > 0; {
						n, err := read(t, a, buf[:1+rand.N(len(buf))])
						if err != nil {
							t.Fatalf("%d bytes before the end: %v; %s", len(left), err, unread(a))
						}
						for part := range bytes.SplitSeq(buf[:n], []byte{urgentByte}) {
							if !bytes.HasPrefix(left, part) {
								t.Fatalf("%d bytes before the end came something else", len(left))
							}
							left = left[len(part):]
						}
					}
					if err := <-sent; err != nil {
						t.Fatal(err)
					}
				}
				_, _ = a.Close(), b.Close()
			}
		})
	}
}

// sendUrgently sends a stream in parts, with urgent bytes between some of them.
func sendUrgently(c *netio.Conn, stream []byte) error {
	raw, err := c.SyscallConn()
	if err != nil {
		return err
	}
	for len(stream) > 0 && err == nil {
		n := 1 + rand.N(len(stream))
		if _, err = c.Write(stream[:n]); err != nil {
			return err
		}
		if stream = stream[n:]; rand.N(3) == 0 {
			if e := raw.Write(func(fd uintptr) bool {
				err = unix.Send(int(fd), []byte{urgentByte}, unix.MSG_OOB)
				return err != unix.EAGAIN
			}); e != nil {
				return e
			}
		}
	}
	return err
}

// unread says whether the system has something to read, which nobody was told of.
func unread(c *netio.Conn) (answer string) {
	raw, err := c.SyscallConn()
	if err != nil {
		return err.Error()
	}
	if err := raw.Control(func(fd uintptr) {
		n, err := unix.Read(int(fd), make([]byte, 1000))
		answer = fmt.Sprintf("the system reads %d, %v", n, err)
	}); err != nil {
		return err.Error()
	}
	return answer
}
