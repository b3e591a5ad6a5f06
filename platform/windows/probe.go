//go:build windows

package windows

import (
	"errors"
	"os"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/windows/internal/winapi"
	"golang.org/x/sys/windows"
)

// Probe returns what holds of in for h, as a [Poller] reports it in mode Level:
// an end and an error unasked, and nothing where nothing holds. It does not wait,
// does not read or write, and leaves nothing behind: h may be added to Pollers,
// be bound to anybody's completion port, be in use, and be probed by others
// meanwhile. It may be called from any goroutine. The caller keeps h open
// meanwhile.
//
// A socket takes three system calls, and does not allocate when it succeeds. The
// process keeps a handle for each of the probes that were under way at once.
//
// Of the handles that are no sockets these can be probed: a [Pipe], a process, a
// thread, and the input of a console. To look at another one that a Poller can
// watch would be to take its signal, and is errors.ErrUnsupported.
//
// The errors are those of [Poller.Add]: an interest of no or unknown bits is
// platform.ErrInvalid, one that can't be watched errors.ErrUnsupported, and a
// handle that can't be polled or is closed platform.ErrNotPollable.
func Probe(h platform.Handle, in platform.Interest) (platform.Ready, error) {
	if !in.IsValid() {
		return 0, platform.Invalid("probe", h, "NtDeviceIoControlFile")
	}
	if err := startup(); err != nil {
		return 0, &platform.Error{Op: "probe", Handle: h, Err: err}
	}
	if p := pipes.get(h); p != nil {
		return p.probe(h, in)
	}
	kind, err := kindOf(h)
	if err != nil {
		if err := mustWait("probe", h, err); err != nil {
			return 0, err
		}
		return probeWaitable(h, in)
	}
	base, err := baseOf(h)
	if err != nil {
		return 0, failed("probe", h, "WSAIoctl", err)
	}
	return probeSocket(h, base, kind == windows.SOCK_DGRAM, in)
}

// probeSocket asks AFD.
func probeSocket(h platform.Handle, base windows.Handle, dgram bool, in platform.Interest) (platform.Ready, error) {
	p, err := probers.get()
	if err != nil {
		return 0, &platform.Error{Op: "probe", Handle: h, Err: err}
	}
	defer probers.put(p)
	for {
		status, events := p.ask(base, arm(in))
		ready, outcome := decode(status, events, !dgram)
		switch {
		case outcome == ignored:
			// The system cancels what a thread has begun when that ends.
		case outcome == dropped:
			return 0, failed("probe", h, "NtDeviceIoControlFile", windows.STATUS_INVALID_HANDLE)
		case int32(status) < 0:
			return 0, failed("probe", h, "NtDeviceIoControlFile", status)
		default:
			return ready, nil
		}
	}
}

// probe looks at a pipe.
func (p *Pipe) probe(h platform.Handle, in platform.Interest) (platform.Ready, error) {
	if err := supports("probe", h, (*pipeSource)(nil), in); err != nil {
		return 0, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return 0, failed("probe", h, "PeekNamedPipe", windows.ERROR_INVALID_HANDLE)
	}
	ready, _ := decode(0, p.holds()&arm(in), true)
	return ready, nil
}

// holds returns what a request would be answered with, or with a part of it.
func (p *Pipe) holds() uint32 {
	var events uint32
	switch {
	case p.connected:
		if !p.write.flying {
			events |= toWrite
		}
		var there uint32
		if err := winapi.PeekNamedPipe(p.handle, nil, 0, nil, &there, nil); err != nil {
			events |= peeked(err)
		} else if there > 0 {
			events |= afdPollReceive
		}
	case p.failed != nil: // to connect, which the next Connect says
		events |= toRead | toWrite
	}
	return events
}

// probeWaitable looks at an object that threads wait for.
func probeWaitable(h platform.Handle, in platform.Interest) (platform.Ready, error) {
	if err := supports("probe", h, (*waitable)(nil), in); err != nil {
		return 0, err
	}
	kind, err := typeOf("probe", h)
	if err != nil {
		return 0, err
	}
	if !isLasting(kind) && !isConsoleInput(h) {
		return 0, &platform.Error{Op: "probe", Handle: h, Kind: errors.ErrUnsupported}
	}
	result, err := windows.WaitForSingleObject(windows.Handle(h), 0)
	if err != nil {
		return 0, &platform.Error{Op: "probe", Handle: h, Err: os.NewSyscallError("WaitForSingleObject", err)}
	}
	if result != windows.WAIT_OBJECT_0 {
		return 0, nil
	}
	ready, _ := decode(0, afdPollReceive, false)
	return ready, nil
}
