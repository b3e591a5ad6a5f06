//go:build linux

package linux

import (
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/platformtest"
)

func open() (platform.Poller, error) { return Open() }

// parked waits by Park.
type parked struct{ *Poller }

func (p parked) Wait(events []platform.Event, timeout time.Duration) (int, error) {
	return p.Park(events, timeout)
}

func TestConformance(t *testing.T) { platformtest.Test(t, open) }

func TestProcesses(t *testing.T) {
	platformtest.TestProcesses(t, platformtest.Processes{Open: OpenProcess, Close: CloseHandle}, open)
}

// The same, waiting without a thread.
func TestConformancePark(t *testing.T) {
	parkable(t)
	platformtest.Test(t, func() (platform.Poller, error) {
		p, err := Open()
		if err != nil {
			return nil, err
		}
		p.CanPark() // opens a descriptor, and must not take a number that a test has freed
		return parked{p}, nil
	})
}

// The same on a kernel that has no epoll_pwait2.
func TestConformanceMilliseconds(t *testing.T) {
	withoutPwait2(t)
	platformtest.Test(t, open)
}

// withoutPwait2 makes the kernel look like one before Linux 5.11.
func withoutPwait2(t *testing.T) {
	before := noPwait2.Load()
	noPwait2.Store(true)
	t.Cleanup(func() { noPwait2.Store(before) })
}
