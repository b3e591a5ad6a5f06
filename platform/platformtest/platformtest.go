// Package platformtest is the conformance suite of package platform, for those
// who write a [platform.Poller]: one named test for each thing that the
// contract promises, on real sockets, pipes and what else the system has.
//
//	func TestConformance(t *testing.T) {
//		platformtest.Test(t, func() (platform.Poller, error) { return mine.Open() })
//	}
//
// Nothing here sleeps in order to wait for something, and no test depends on
// how fast it runs; only a call that hangs meets a deadline. Where systems
// differ, the difference and its reason stand beside the behaviour.
//
// The tests change the working directory and count allocations and open
// descriptors, so Test must not be called from a parallel test.
package platformtest

import (
	"errors"
	"runtime"
	"slices"
	"testing"

	"github.com/rouse-io/rouse/platform"
)

// Test checks that the pollers that open makes keep the contract of package
// platform. Each behaviour is a subtest of its own, with a poller of its own.
//
// Where open says errors.ErrUnsupported, the suite is skipped.
func Test(t *testing.T, open func() (platform.Poller, error)) {
	t.Helper()
	test(t, subject{systemOf(runtime.GOOS), open}, slices.Concat(groups(), familyGroups(), systemGroups()))
}

// TestAs is Test for pollers that behave as one of the system goos does, though
// they run on another: what the contract leaves to the system is expected to be
// as it is there. What only one system can be asked is left out.
func TestAs(t *testing.T, goos string, open func() (platform.Poller, error)) {
	t.Helper()
	s := systemOf(goos)
	s.played = true
	test(t, subject{s, open}, slices.Concat(groups(), familyGroups()))
}

func test(t *testing.T, s subject, groups []group) {
	t.Helper()
	p, err := s.open()
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skipf("no poller on this system: %v", err)
	}
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	if err := p.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	for _, g := range groups {
		t.Run(g.name, func(t *testing.T) {
			for _, b := range g.behaviours {
				t.Run(b.name, func(t *testing.T) { b.check(newRig(t, s)) })
			}
		})
	}
}

// A group is a part of the contract.
type group struct {
	name       string
	behaviours []behaviour
}

// A behaviour is one thing that the contract promises.
type behaviour struct {
	name  string
	check func(r *rig)
}

// groups returns what every system can be asked.
func groups() []group {
	return []group{
		{"Add", adding},
		{"Modify", modifying},
		{"Delete", deleting},
		{"Invalid", invalid},
		{"Token", tokens},
		{"Edge", edges},
		{"Level", levels},
		{"OneShot", oneShots},
		{"Mode", modes},
		{"TCP", statesOf(tcpStates)},
		{"UDP", statesOf(udpStates)},
		{"Connect", connecting},
		{"Batch", batches},
		{"Timeout", timeouts},
		{"Wake", waking},
		{"Concurrent", concurrent},
		{"Close", closing},
		{"Allocation", allocations},
	}
}
