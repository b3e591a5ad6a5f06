package park_test

import (
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rouse-io/rouse/park"
)

// tlsPair returns the two ends of a connection after their handshake.
func tlsPair(t *testing.T) (*tls.Conn, *tls.Conn) {
	t.Helper()
	s := httptest.NewUnstartedServer(nil)
	s.StartTLS() // has a certificate
	s.Close()
	a, b := tcpPair(t)
	config := s.Client().Transport.(*http.Transport).TLSClientConfig
	config.ServerName = "example.com" // the certificate's
	near := tls.Server(a, s.TLS)
	far := tls.Client(b, config)
	done := make(chan error)
	go func() { done <- far.HandshakeContext(within(t)) }()
	if err := errors.Join(near.HandshakeContext(within(t)), <-done); err != nil {
		t.Fatal(err)
	}
	return near, far
}

// A *tls.Conn is parked by what is under it, when a Read that must not go to the
// network says that it would: its peer sends many records at once, and none is
// forgotten in a buffer.
func TestParkTLS(t *testing.T) {
	const records = 500
	r := start(t)
	conn, peer := tlsPair(t)
	var writer sync.WaitGroup
	writer.Go(func() {
		for i := range records {
			if _, err := peer.Write([]byte{byte(i)}); err != nil {
				t.Error(err)
			}
		}
		if err := peer.Close(); err != nil {
			t.Error(err)
		}
	})
	wake, wakes := tell[struct{}](1)
	lot := park.NewLot(r, 0, wake)
	next := 0
	buf := make([]byte, 1)
	read := func(until time.Time) error {
		if err := conn.SetReadDeadline(until); err != nil {
			t.Fatal(err)
		}
		n, err := conn.Read(buf)
		if n > 0 {
			if buf[0] != byte(next) {
				t.Fatalf("read %d, want %d", buf[0], byte(next))
			}
			next++
		}
		return err
	}
	for {
		err := read(time.Now().Add(deadline)) // from the network
		for err == nil {
			err = read(time.Unix(1, 0)) // what has come with it
		}
		if err == io.EOF {
			break
		}
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatal(err)
		}
		if _, err := lot.Park(conn.NetConn().(syscall.Conn), struct{}{}); err != nil {
			t.Fatal(err)
		}
		if got := receive(t, wakes); got.w.Err != nil {
			t.Fatal(got.w.Err)
		}
	}
	writer.Wait()
	if next != records {
		t.Errorf("%d records of %d", next, records)
	}
}
