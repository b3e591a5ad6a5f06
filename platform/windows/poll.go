//go:build windows

package windows

import (
	"math"
	"unsafe"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/windows/internal/winapi"
	"golang.org/x/sys/windows"
)

// A poll is the source for a socket: a poll by AFD. Its memory is its group's.
type poll struct {
	iosb  windows.IO_STATUS_BLOCK // the kernel's until the packet is dequeued
	info  pollInfo                // so is this
	base  windows.Handle
	dgram bool
	group *group
}

func (q *poll) mask() uint32 { return math.MaxUint32 }

func (q *poll) stream() bool { return !q.dgram }

// watches can't tell one socket from another: see [table.isThere].
func (q *poll) watches(h platform.Handle) (is, sure bool) {
	_, err := kindOf(h)
	is = err != windows.WSAENOTSOCK
	return is, !is
}

func (q *poll) submit(slot uintptr, mask uint32) windows.NTStatus {
	q.iosb.Status = windows.STATUS_PENDING
	// Not exclusive: exclusive polls of two ports kick each other out
	// (bun#41367).
	q.info = pollInfo{Timeout: math.MaxInt64, NumberOfHandles: 1, Handle: uintptr(q.base), Events: mask}
	info := unsafe.Pointer(&q.info)
	return winapi.NtDeviceIoControlFile(q.group.afd, 0, 0, slot, &q.iosb, ioctlAfdPoll, info, pollInfoSize, info, pollInfoSize)
}

func (q *poll) cancel() (bool, windows.NTStatus) {
	var iosb windows.IO_STATUS_BLOCK
	status := winapi.NtCancelIoFileEx(q.group.afd, &q.iosb, &iosb)
	if status == windows.STATUS_NOT_FOUND {
		status = 0 // it has completed already, and its packet will come
	}
	return true, status
}

func (q *poll) result() (windows.NTStatus, uint32) {
	status := q.iosb.Status
	if int32(status) < 0 || q.info.NumberOfHandles == 0 {
		return status, 0 // the events are still those that were asked for
	}
	return status, q.info.Events
}

func (q *poll) release() { q.group.release(q) }
