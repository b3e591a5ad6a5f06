package reactor_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/reactor"
)

// What a probe says of a connection: it is writable, it is readable, ...
const (
	canWrite = reactor.ReadyWritable
	canRead  = reactor.ReadyReadable
	atEnd    = reactor.ReadyReadClosed
	broken   = reactor.ReadyError
)

// probed probes until what must hold does, and checks that what must not never
// does: what the peer did may take a moment to arrive.
func probed(t testing.TB, c syscall.Conn, want, never reactor.Ready) {
	t.Helper()
	for end := time.Now().Add(deadline); ; runtime.Gosched() {
		is, err := reactor.Probe(c)
		if errors.Is(err, errors.ErrUnsupported) {
			t.Skip("no adapter for this system")
		}
		if err != nil || is&never != 0 {
			t.Fatalf("%v, %v, want %v, never %v", is, err, want, never)
		}
		if is.Has(want) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%v, want %v", is, want)
		}
	}
}

// idle checks that a connection is, and that it is not.
func idle(t testing.TB, c syscall.Conn, want error) {
	t.Helper()
	if err := reactor.CheckIdle(c); !errors.Is(err, want) {
		t.Fatalf("CheckIdle: %v, want %v", err, want)
	}
}

func writeText(t testing.TB, c net.Conn, text string) {
	t.Helper()
	if _, err := c.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
}

func readText(t testing.TB, c net.Conn, want string) {
	t.Helper()
	buf := make([]byte, len(want))
	if _, err := io.ReadFull(c, buf); err != nil || string(buf) != want {
		t.Fatalf("%q, %v, want %q", buf, err, want)
	}
}

// A connection of package net, in all that may become of one in a pool.
func TestProbe(t *testing.T) {
	a, b := tcpPair(t)
	probed(t, a, canWrite, ^canWrite)
	idle(t, a, nil)
	for range 3 {
		writeText(t, b, "unasked")
		probed(t, a, canRead|canWrite, ^(canRead | canWrite))
		idle(t, a, reactor.ErrNotIdle)
		idle(t, a, reactor.ErrNotIdle)
		readText(t, a, "unasked") // it is still there
		probed(t, a, canWrite, ^canWrite)
		idle(t, a, nil)
	}
	if err := b.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	probed(t, a, canRead|canWrite|atEnd, broken)
	idle(t, a, reactor.ErrNotIdle)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if is, err := reactor.Probe(a); !errors.Is(err, net.ErrClosed) || is != 0 {
			t.Errorf("probe of a closed connection: %v, %v", is, err)
		}
		idle(t, a, net.ErrClosed)
	}
}

func TestProbePeerClosed(t *testing.T) {
	a, b := tcpPair(t)
	idle(t, a, nil)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	probed(t, a, canRead|canWrite|atEnd, broken)
	idle(t, a, reactor.ErrNotIdle)
}

func TestProbeReset(t *testing.T) {
	a, b := tcpPair(t)
	if err := b.SetLinger(0); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	probed(t, a, canRead|canWrite|atEnd|broken, 0)
	idle(t, a, reactor.ErrNotIdle)
	if _, err := a.Read(make([]byte, 1)); err == nil || err == io.EOF {
		t.Errorf("the reset was taken: %v", err)
	}
}

// A listener is readable while somebody waits to be accepted.
func TestProbeListener(t *testing.T) {
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for range 3 {
		probed(t, l, 0, ^reactor.Ready(0))
		a, err := net.DialTCP("tcp", nil, l.Addr().(*net.TCPAddr))
		if err != nil {
			t.Fatal(err)
		}
		probed(t, l, canRead, ^canRead)
		b, err := l.AcceptTCP()
		if err != nil {
			t.Fatal(err)
		}
		probed(t, b, canWrite, ^canWrite)
		_ = a.Close()
		_ = b.Close()
	}
}

// A pipe, where the system can poll one, and a file, which no system can.
func TestProbeFile(t *testing.T) {
	if runtime.GOOS != "windows" {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		defer w.Close()
		probed(t, r, 0, canRead|atEnd|broken)
		if _, err := w.WriteString("x"); err != nil {
			t.Fatal(err)
		}
		probed(t, r, canRead, atEnd|broken)
	}
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	is, err := reactor.Probe(f)
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip("no adapter for this system")
	}
	if !errors.Is(err, platform.ErrNotPollable) || is != 0 {
		t.Errorf("probe of a file: %v, %v", is, err)
	}
	idle(t, f, platform.ErrNotPollable)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := reactor.Probe(f); err == nil {
		t.Error("a closed file was probed")
	}
}

// noConn is a connection that can't be had, or, without an error, one without a
// handle.
type noConn struct{ err error }

func (c noConn) SyscallConn() (syscall.RawConn, error) { return c, c.err }

func (noConn) Control(func(fd uintptr)) error    { return nil }
func (noConn) Read(func(fd uintptr) bool) error  { return nil }
func (noConn) Write(func(fd uintptr) bool) error { return nil }

func TestProbeBadInput(t *testing.T) {
	idle(t, nil, os.ErrInvalid)
	if is, err := reactor.Probe(nil); !errors.Is(err, os.ErrInvalid) || is != 0 {
		t.Errorf("%v, %v", is, err)
	}
	idle(t, noConn{os.ErrPermission}, os.ErrPermission)
	idle(t, noConn{}, errors.ErrUnsupported)
}

// Probes go on beside a registration, a Read that is blocked, and each other, and
// nobody is disturbed; until the connection is closed, when they say so.
func TestProbeConcurrent(t *testing.T) {
	r := start(t)
	ctx := within(t)
	a, b := tcpPair(t)
	g, err := r.Register(a, reactor.Readable)
	if err != nil {
		t.Fatal(err)
	}
	var probers sync.WaitGroup
	var probes atomic.Int64
	for range 4 {
		probers.Go(func() {
			for {
				is, err := reactor.Probe(a)
				if errors.Is(err, net.ErrClosed) {
					return
				}
				if err != nil || is&^(canRead|canWrite) != 0 {
					t.Errorf("%v, %v", is, err)
					return
				}
				probes.Add(1)
				runtime.Gosched()
			}
		})
	}
	if err := a.SetReadDeadline(time.Now().Add(deadline)); err != nil {
		t.Fatal(err)
	}
	const rounds = 50
	read := make(chan string)
	for range rounds {
		go func() { // it may be blocked when what it reads is sent
			buf := make([]byte, 8)
			n, _ := a.Read(buf)
			read <- string(buf[:n])
		}()
		writeText(t, b, "ping")
		if got := <-read; got != "ping" {
			t.Fatalf("read %q", got)
		}
	}
	for range rounds { // the registration sees what nobody reads
		writeText(t, b, "ping")
		ev, err := g.Readiness(ctx, reactor.Readable)
		if err != nil {
			t.Fatal(err)
		}
		readText(t, a, "ping")
		g.ClearReadiness(ev)
	}
	for ctx.Err() == nil && probes.Load() == 0 {
		runtime.Gosched()
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	probers.Wait()
	if probes.Load() == 0 {
		t.Error("nobody has probed")
	}
	if err := g.Deregister(); err != nil {
		t.Error(err)
	}
}

// A connection that is closed while it is probed is probed or closed, and never
// another one that has its number.
func TestProbeAgainstClose(t *testing.T) {
	rounds := 100
	if testing.Short() {
		rounds = 10
	}
	for range rounds {
		a, _ := tcpPair(t)
		var pipes []*os.File
		var all sync.WaitGroup
		for range 2 {
			all.Go(func() {
				for {
					is, err := reactor.Probe(a)
					if errors.Is(err, net.ErrClosed) {
						return
					}
					if err != nil || is != canWrite {
						t.Errorf("%v, %v", is, err)
						return
					}
				}
			})
		}
		all.Go(func() {
			_ = a.Close()
			r, w, err := os.Pipe() // its number
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = w.WriteString("x")
			pipes = append(pipes, r, w)
		})
		all.Wait()
		for _, f := range pipes {
			_ = f.Close()
		}
	}
}

// Under TLS the connection below is asked, after a response.
func TestProbeTLS(t *testing.T) {
	a, b := tcpPair(t)
	server := tls.Server(b, &tls.Config{Certificates: []tls.Certificate{certificate(t)}})
	client := tls.Client(a, &tls.Config{InsecureSkipVerify: true}) // it is the test's own
	conn := client.NetConn().(syscall.Conn)
	answered := make(chan error)
	go func() {
		buf := make([]byte, 8)
		n, err := server.Read(buf)
		if err == nil {
			_, err = server.Write(buf[:n])
		}
		answered <- err
	}()
	ctx, cancel := context.WithTimeout(within(t), deadline)
	defer cancel()
	if err := client.HandshakeContext(ctx); err != nil {
		t.Fatal(err)
	}
	writeText(t, client, "request")
	readText(t, client, "request")
	if err := <-answered; err != nil {
		t.Fatal(err)
	}
	probed(t, conn, canWrite, ^canWrite)
	idle(t, conn, nil)
	if err := server.Close(); err != nil { // with an alert, which is something to read
		t.Fatal(err)
	}
	probed(t, conn, canRead, broken)
	idle(t, conn, reactor.ErrNotIdle)
	if _, err := client.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("the alert was taken: %v", err)
	}
}

// certificate makes one for a server of a test.
func certificate(t testing.TB) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
