package kqueue

import (
	"testing"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

// systems are those that have an adapter, as far as a fake can play them.
var systems = map[string]system{
	"darwin":    {dialect: Darwin, looks: true},
	"freebsd":   {dialect: FreeBSD, noPeer: unix.EPIPE, drops: true, looks: true},
	"netbsd":    {dialect: NetBSD, noPeer: unix.EBADF},
	"openbsd":   {dialect: OpenBSD},
	"dragonfly": {dialect: Dragonfly, noPeer: unix.EPIPE, looks: true},
}

// everySystem runs a test on each of them.
func everySystem(t *testing.T, test func(t *testing.T, s system)) {
	t.Helper()
	for goos, s := range systems {
		t.Run(goos, func(t *testing.T) { test(t, s) })
	}
}

// openFake opens a poller of a system.
func openFake(s system) (*Poller, *fake, error) {
	f, err := newFake(s)
	if err != nil {
		return nil, nil, err
	}
	p := new(Poller)
	err = p.Open(f, &f.dialect)
	return p, f, err
}

// opened opens one for a test.
func opened(t *testing.T, s system) (*Poller, *fake) {
	t.Helper()
	p, f, err := openFake(s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p, f
}

// waited returns what one Wait that does not block reports.
func waited(t *testing.T, p *Poller) []platform.Event {
	t.Helper()
	events := make([]platform.Event, 16)
	n, err := p.Wait(events, 0)
	if err != nil {
		t.Fatal(err)
	}
	return events[:n]
}
