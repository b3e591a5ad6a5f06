//go:build windows

package windows

import (
	"runtime"
	"sync"
	"unsafe"

	"github.com/rouse-io/rouse/platform/windows/internal/winapi"
	"golang.org/x/sys/windows"
)

// A prober is an AFD handle without a completion port, and the one poll at a time
// that is made through it. It is pinned, and reachable from probers or from who
// waits for that poll: the kernel writes to it, and is done before ask returns.
type prober struct {
	afd  windows.Handle
	iosb windows.IO_STATUS_BLOCK
	info pollInfo
	pin  runtime.Pinner
}

// ask makes a poll that does not wait, and returns its answer. A status below 0
// says that there is none.
func (p *prober) ask(base windows.Handle, mask uint32) (windows.NTStatus, uint32) {
	return p.answer(p.submit(pollInfo{NumberOfHandles: 1, Handle: uintptr(base), Events: mask}))
}

// submit makes a poll, and is to be followed by answer.
func (p *prober) submit(ask pollInfo) windows.NTStatus {
	p.iosb.Status = windows.STATUS_PENDING
	p.info = ask
	info := unsafe.Pointer(&p.info)
	return winapi.NtDeviceIoControlFile(p.afd, 0, 0, 0, &p.iosb, ioctlAfdPoll, info, pollInfoSize, info, pollInfoSize)
}

// answer returns what a poll said of which submit returned the status.
func (p *prober) answer(status windows.NTStatus) (windows.NTStatus, uint32) {
	for status == windows.STATUS_PENDING {
		// It is about to complete, and signals the handle, as it has no event of its
		// own. The wait fails only for what is no handle.
		_, _ = windows.WaitForSingleObject(p.afd, windows.INFINITE)
		status = p.iosb.Status
	}
	if int32(status) < 0 || status == windows.STATUS_TIMEOUT || p.info.NumberOfHandles == 0 {
		return status, 0 // the events are still those that were asked for
	}
	return status, p.info.Events
}

// probers are those that are not in use: as many as ever were at once, for good.
var probers proberList

type proberList struct {
	mu   sync.Mutex
	idle []*prober
}

func (l *proberList) get() (*prober, error) {
	l.mu.Lock()
	if n := len(l.idle); n > 0 {
		p := l.idle[n-1]
		l.idle = l.idle[:n-1]
		l.mu.Unlock()
		return p, nil
	}
	l.mu.Unlock()
	afd, err := openAFD()
	if err != nil {
		return nil, err
	}
	p := &prober{afd: afd}
	p.pin.Pin(p)
	return p, nil
}

func (l *proberList) put(p *prober) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.idle = append(l.idle, p)
}
