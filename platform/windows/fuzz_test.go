//go:build windows

package windows

import (
	"testing"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/windows"
)

const (
	allEnds  = platform.ReadyReadClosed | platform.ReadyWriteClosed
	allFails = platform.ReadyReadable | platform.ReadyWritable | platform.ReadyError
)

// truth is what the answers to a poll mean, written down by hand: a row holds
// where its event is there. What ends a stream is only an error to datagrams.
var truth = []struct {
	event           uint32
	stream, message platform.Ready
}{
	{0x001, platform.ReadyReadable, platform.ReadyReadable},                                                       // RECEIVE
	{0x002, platform.ReadyPriority, platform.ReadyPriority},                                                       // RECEIVE_EXPEDITED
	{0x004, platform.ReadyWritable, platform.ReadyWritable},                                                       // SEND
	{0x008, platform.ReadyReadable | platform.ReadyReadClosed, platform.ReadyReadable | platform.ReadyReadClosed}, // DISCONNECT
	{0x010, allFails | allEnds, allFails},                                                                         // ABORT
	{0x080, platform.ReadyReadable, platform.ReadyReadable},                                                       // ACCEPT
	{0x100, allFails | allEnds, allFails},                                                                         // CONNECT_FAIL
}

// What needs no table: the socket is gone, and the poll was cancelled.
const (
	localClose   = 0x20
	wasCancelled = 0xc0000120 // STATUS_CANCELLED
)

// Whatever AFD says, events and errors that nobody knows too, means what the
// table says and no more.
func FuzzDecode(f *testing.F) {
	for _, status := range []uint32{0, 0x103, wasCancelled, 0xc0000236, 0xc0000008, 0xffffffff} {
		for _, row := range truth {
			f.Add(status, row.event, true)
			f.Add(status, row.event, false)
		}
		f.Add(status, uint32(localClose), true)
		f.Add(status, uint32(0x1ff), false)
		f.Add(status, uint32(0xffffffff), true)
	}
	f.Fuzz(func(t *testing.T, status, events uint32, stream bool) {
		var want platform.Ready
		is := reported
		switch {
		case status == wasCancelled:
			is = ignored
		case events&localClose != 0:
			is = dropped
		default:
			if int32(status) < 0 {
				want = allFails
			}
			for _, row := range truth {
				if events&row.event != 0 && stream {
					want |= row.stream
				} else if events&row.event != 0 {
					want |= row.message
				}
			}
		}
		got, became := decode(windows.NTStatus(status), events, stream)
		if got != want || became != is {
			t.Errorf("decode(%#x, %#x, %v) = %v, %d, want %v, %d", status, events, stream, got, became, want, is)
		}
	})
}
