//go:build windows

package windows

import (
	"math"
	"os"
	"time"

	"github.com/rouse-io/rouse/platform/windows/internal/winapi"
	"golang.org/x/sys/windows"
)

// Keys of packets.
const (
	requestKey uintptr = iota // a request has completed; the context is its slot
	wakeKey                   // Wake
)

// openPort makes a completion port.
func openPort() (windows.Handle, error) {
	port, err := windows.CreateIoCompletionPort(windows.InvalidHandle, 0, 0, 0)
	return port, os.NewSyscallError("CreateIoCompletionPort", err)
}

// wait takes packets from the port.
func wait(port windows.Handle, packets []winapi.Packet, timeout time.Duration) (int, error) {
	n, err := dequeue(port, packets, timeout)
	return n, os.NewSyscallError("NtRemoveIoCompletionEx", err)
}

// dequeue is wait with the bare error. It is not GetQueuedCompletionStatusEx, which
// is this with milliseconds, and whose timeout would be an error that is allocated.
func dequeue(port windows.Handle, packets []winapi.Packet, timeout time.Duration) (int, error) {
	var limit *int64
	if timeout >= 0 {
		ticks := relative(timeout)
		limit = &ticks
	}
	var n uint32
	switch status := winapi.NtRemoveIoCompletionEx(port, &packets[0], uint32(len(packets)), &n, limit, false); status {
	case 0:
		return int(n), nil
	case windows.STATUS_TIMEOUT:
		return 0, nil
	default:
		return 0, status
	}
}

// relative is a duration as the kernel counts: in units of 100 ns, rounded up,
// and negative, because a positive number would be a date.
func relative(d time.Duration) int64 {
	const tick = 100 * time.Nanosecond
	ticks := d / tick
	if d%tick != 0 {
		ticks++
	}
	return -int64(min(ticks, math.MaxInt64/tick))
}

// signal ends a wait on the port.
func signal(port windows.Handle) error {
	return winapi.PostQueuedCompletionStatus(port, 0, wakeKey, 0)
}

// post puts a packet into the port, of which nobody else would tell.
func post(port windows.Handle, key, context uintptr) error {
	return insist(func() error { return winapi.PostQueuedCompletionStatus(port, 0, key, context) })
}

// insist makes a call again as long as there is no memory for it: for those that
// somebody waits for who could not be told.
func insist(call func() error) error {
	for {
		err := call()
		if !isScarce(err) {
			return err
		}
		time.Sleep(time.Millisecond)
	}
}
