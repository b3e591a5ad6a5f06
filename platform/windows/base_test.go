//go:build windows

package windows

import (
	"errors"
	"os"
	"testing"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/windows"
)

// layer puts a provider before the system's own: it says of a socket what
// answers has for the code, be that a handle or an error.
func layer(t *testing.T, s platform.Handle, answers map[uint32]any) {
	system := askSocket
	t.Cleanup(func() { askSocket = system })
	askSocket = func(asked windows.Handle, code uint32) (windows.Handle, error) {
		if platform.Handle(asked) != s {
			return system(asked, code)
		}
		switch answer := answers[code].(type) {
		case platform.Handle:
			return windows.Handle(answer), nil
		case error:
			return windows.InvalidHandle, answer
		}
		t.Errorf("%#x is asked for", code)
		return windows.InvalidHandle, windows.WSAEOPNOTSUPP
	}
}

// facts/pitfalls 22, mio#1316: a socket of a layered provider is polled by its
// base socket, which some providers hide from all but those who poll.
func TestLayered(t *testing.T) {
	for name, hidden := range map[string]bool{"told": false, "hidden": true} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			a, b := udpPair(t)
			outer, _ := udpPair(t)
			if hidden {
				layer(t, outer, map[uint32]any{sioBaseHandle: windows.WSAEINVAL, sioBspHandlePoll: a})
			} else {
				layer(t, outer, map[uint32]any{sioBaseHandle: a})
			}
			r.add(outer, 1, readable, platform.Edge)
			write(t, b, "x")
			r.await(1, isRead)
			r.delete(outer)
		})
	}
}

// Where the base socket can't be had there is nothing to poll, and nothing is
// left behind.
func TestLayeredWithoutBase(t *testing.T) {
	r := newRig(t)
	a, _ := udpPair(t)
	before := r.census()
	for name, test := range map[string]struct {
		answers map[uint32]any
		want    error
	}{
		"hidden from all": {
			map[uint32]any{sioBaseHandle: windows.WSAEINVAL, sioBspHandlePoll: windows.WSAEOPNOTSUPP},
			windows.WSAEOPNOTSUPP,
		},
		"no answer": {
			map[uint32]any{sioBaseHandle: windows.WSAEINVAL, sioBspHandlePoll: a},
			windows.WSAEOPNOTSUPP,
		},
		"no socket": {
			map[uint32]any{sioBaseHandle: windows.WSAENOTSOCK},
			windows.WSAENOTSOCK,
		},
	} {
		t.Run(name, func(t *testing.T) {
			layer(t, a, test.answers)
			err := r.Add(a, 1, readable, platform.Edge)
			refused(t, err, "add", platform.ErrNotPollable)
			refused(t, err, "add", test.want)
			if call, ok := errors.AsType[*os.SyscallError](err); !ok || call.Syscall != "WSAIoctl" {
				t.Errorf("%v: is not of WSAIoctl", err)
			}
		})
	}
	if after := r.census(); after != before {
		t.Errorf("%+v, before %+v", after, before)
	}
}
