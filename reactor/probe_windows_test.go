package reactor_test

import (
	"os"
	"testing"

	"github.com/rouse-io/rouse/platform/windows"
	"github.com/rouse-io/rouse/reactor"
)

// A named pipe is probed where it stands, too, also one that is registered.
func TestProbeNamedPipe(t *testing.T) {
	name := pipeName()
	server, err := windows.ListenPipe(name, true)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	client, err := windows.DialPipe(name)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := server.Connect(); err != nil {
		t.Fatal(err)
	}
	g, err := start(t).Register(client, reactor.Readable)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		probed(t, client, canWrite, ^canWrite)
		idle(t, client, nil)
		if _, err := server.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		probed(t, client, canRead|canWrite, ^(canRead | canWrite))
		idle(t, client, reactor.ErrNotIdle)
		if n, err := client.Read(make([]byte, 2)); n != 1 || err != nil {
			t.Fatalf("%d, %v", n, err)
		}
	}
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	probed(t, client, canRead|canWrite|atEnd, broken)
	if err := g.Deregister(); err != nil {
		t.Error(err)
	}
	if err := client.Close(); err != nil {
		t.Fatal(err)
	}
	idle(t, client, os.ErrClosed)
}
