package netio_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/rouse-io/rouse/netio"
	"github.com/rouse-io/rouse/reactor"
)

// limit is a deadline that only a hang meets.
const limit = 60 * time.Second

// serving is an HTTP server on a reactor, until the test ends. It answers with
// what it is sent.
func serving(t *testing.T, r *reactor.Reactor, secure bool) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		w.Header().Set("Proto", q.Proto)
		_ = http.NewResponseController(w).EnableFullDuplex()
		if _, err := io.Copy(w, q.Body); err != nil && q.Context().Err() == nil {
			t.Error(err)
		}
	}))
	_ = s.Listener.Close()
	s.Listener = listening(t, r, "tcp")
	s.EnableHTTP2 = secure
	if secure {
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	return s
}

// client is one of the server's, whose connections are on a reactor too.
func client(s *httptest.Server, r *reactor.Reactor) *http.Client {
	c := s.Client()
	c.Timeout = limit
	c.Transport.(*http.Transport).DialContext = (&netio.Dialer{Reactor: r}).DialContext
	return c
}

// Net/http's server and client work on netio's connections: HTTP/1.1, TLS and
// HTTP/2, small and large bodies, many at once.
func TestHTTP(t *testing.T) {
	for name, want := range map[string]string{"HTTP": "HTTP/1.1", "HTTPS": "HTTP/1.1", "HTTP2": "HTTP/2.0"} {
		t.Run(name, func(t *testing.T) {
			r := running(t)
			s := serving(t, r, name != "HTTP")
			c := client(s, r)
			if name == "HTTPS" {
				one := new(http.Protocols)
				one.SetHTTP1(true)
				c.Transport.(*http.Transport).Protocols = one
			}
			var all sync.WaitGroup
			for i := range 16 {
				all.Go(func() {
					for _, size := range []int{0, 1, 1000, 1 << 20} {
						body := bytes.Repeat([]byte{byte(i)}, size)
						answer, err := c.Post(s.URL, "text/plain", bytes.NewReader(body))
						if err != nil {
							t.Error(err)
							return
						}
						got, err := io.ReadAll(answer.Body)
						_ = answer.Body.Close()
						if err != nil || !bytes.Equal(got, body) || answer.Header.Get("Proto") != want {
							t.Errorf("%d bytes by %s, %v, want %d by %s", len(got), answer.Header.Get("Proto"), err, size, want)
						}
					}
				})
			}
			all.Wait()
		})
	}
}

// A request that is given up ends at both ends, and the connection is closed: no
// goroutine is left in it.
func TestHTTPCancel(t *testing.T) {
	r := running(t)
	s := serving(t, r, false)
	c := client(s, r)
	body, writer := io.Pipe()
	ctx, stop := context.WithCancel(context.Background())
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL, body)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		_, _ = writer.Write([]byte("first"))
		stop()
		// Net/http may wait for a read of the body that is under way.
		_ = writer.CloseWithError(context.Canceled)
	}()
	answer, err := c.Do(q)
	if err == nil {
		_, err = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close()
	}
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

// A server that shuts down lets the requests under way end.
func TestHTTPShutdown(t *testing.T) {
	r := running(t)
	started, release := make(chan struct{}), make(chan struct{})
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(started)
		<-release
		_, _ = io.WriteString(w, "late")
	}), ReadHeaderTimeout: limit}
	l := listening(t, r, "tcp")
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	answered := make(chan string, 1)
	go func() {
		answer, err := http.Get("http://" + l.Addr().String())
		if err != nil {
			answered <- err.Error()
			return
		}
		defer func() { _ = answer.Body.Close() }()
		text, _ := io.ReadAll(answer.Body)
		answered <- string(text)
	}()
	<-started
	down := make(chan error, 1)
	go func() { down <- s.Shutdown(context.Background()) }()
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		t.Error(err)
	}
	close(release)
	if text := <-answered; text != "late" {
		t.Errorf("answered %q", text)
	}
	if err := <-down; err != nil {
		t.Error(err)
	}
}

// A handshake and a close of TLS, with its half-closed state, by itself.
func TestTLS(t *testing.T) {
	r := running(t)
	s := serving(t, r, true) // for its certificate
	l := tls.NewListener(listening(t, r, "tcp"), s.TLS)
	echoed := make(chan error, 1)
	go func() {
		c, err := l.Accept()
		if err == nil {
			_, err = io.Copy(c, c)
			err = errors.Join(err, c.Close())
		}
		echoed <- err
	}()
	raw, err := netio.Dial(context.Background(), r, "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	config := s.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	config.ServerName, config.NextProtos = "example.com", nil
	c := tls.Client(raw, config)
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(limit))
	want := bytes.Repeat([]byte("0123456789abcdef"), 1<<15)
	written := make(chan error, 1)
	go func() {
		_, err := c.Write(want)
		written <- errors.Join(err, c.CloseWrite())
	}()
	got, err := io.ReadAll(c)
	if err := errors.Join(err, <-written, <-echoed); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes of %d came back, %v", len(got), len(want), err)
	}
}

// Unencrypted HTTP over a unix socket, where there are any.
func TestHTTPUnix(t *testing.T) {
	r := running(t)
	path := place(t, "unix")
	l, err := netio.Listen(context.Background(), r, "unix", path)
	if err != nil {
		t.Skipf("no unix sockets here: %v", err)
	}
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		_, _ = fmt.Fprint(w, q.URL.Path)
	}), ReadHeaderTimeout: limit}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	dialer := netio.Dialer{Reactor: r}
	c := http.Client{Timeout: limit, Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return dialer.DialContext(ctx, "unix", path) },
	}}
	answer, err := c.Get("http://unix/a/path")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(answer.Body)
	if err != nil || string(text) != "/a/path" {
		t.Errorf("got %q, %v", text, err)
	}
	_ = answer.Body.Close()
	c.CloseIdleConnections()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		t.Error(err)
	}
}
