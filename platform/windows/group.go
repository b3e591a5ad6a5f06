//go:build windows

package windows

import (
	"math"
	"math/bits"
	"os"
	"runtime"
	"slices"
	"sync"
	"unsafe"

	"golang.org/x/sys/windows"
)

// afdName is what to open for AFD: what follows the device's name is ignored.
var afdName = `\Device\Afd\rouse`

// A group is an AFD handle, and the polls that are made through it.
//
// The kernel writes to a poll until its packet has been dequeued: long after
// the call that made it, and after a cancel too. By the rules of package unsafe
// it may do that only to memory that neither moves nor is freed, so a group is
// never on a stack, is pinned, and stays reachable from here until the last of
// its polls has completed, even where the Poller was forgotten without Close.
type group struct {
	set   *groups
	afd   windows.Handle
	free  uint32 // a bit for each of polls
	place int    // in set.open, where any is free
	pin   runtime.Pinner
	polls [groupSize]poll
}

// allFree is the free of a group without polls.
const allFree = math.MaxUint32 >> (32 - groupSize)

// pinned has the groups that the kernel may write to.
var pinned struct {
	sync.Mutex
	groups map[*group]struct{}
}

// groups are the groups of a poller.
type groups struct {
	port  windows.Handle
	open  []*group // those with room
	spare *group   // one of them that is empty
	all   int      // with those that are full
}

// poll returns a poll that nobody else has.
func (s *groups) poll(base windows.Handle, dgram bool) (*poll, error) {
	if len(s.open) == 0 {
		if err := s.grow(); err != nil {
			return nil, err
		}
	}
	g := s.open[len(s.open)-1]
	if g == s.spare {
		s.spare = nil
	}
	i := bits.TrailingZeros32(g.free)
	g.free &^= 1 << i
	if g.free == 0 {
		s.open = s.open[:len(s.open)-1]
	}
	q := &g.polls[i]
	q.base, q.dgram, q.group = base, dgram, g
	return q, nil
}

// grow adds a group.
func (s *groups) grow() error {
	afd, err := openAFD()
	if err != nil {
		return err
	}
	if _, err := windows.CreateIoCompletionPort(afd, s.port, requestKey, 0); err != nil {
		_ = windows.CloseHandle(afd)
		return os.NewSyscallError("CreateIoCompletionPort", err)
	}
	g := &group{set: s, afd: afd, free: allFree}
	g.pin.Pin(g)
	pinned.Lock()
	if pinned.groups == nil {
		pinned.groups = make(map[*group]struct{})
	}
	pinned.groups[g] = struct{}{}
	pinned.Unlock()
	s.all++
	s.open = slices.Grow(s.open, s.all) // for release, which doesn't allocate
	s.add(g)
	s.spare = g
	return nil
}

// add puts a group that has room in its place.
func (s *groups) add(g *group) {
	g.place = len(s.open)
	s.open = append(s.open, g)
}

// release takes back a poll that has completed. One empty group is kept, so
// that who comes and goes does not open and close one each time.
func (g *group) release(q *poll) {
	s := g.set
	i := (uintptr(unsafe.Pointer(q)) - uintptr(unsafe.Pointer(&g.polls))) / unsafe.Sizeof(*q)
	*q = poll{}
	if g.free == 0 {
		s.add(g)
	}
	g.free |= 1 << i
	switch {
	case g.free != allFree:
	case s.spare == nil:
		s.spare = g
	default:
		s.drop(g)
	}
}

// drop closes a group that is empty.
func (s *groups) drop(g *group) {
	last := s.open[len(s.open)-1]
	s.open[g.place], last.place = last, g.place
	s.open[len(s.open)-1] = nil
	s.open = s.open[:len(s.open)-1]
	s.all--
	// It fails only for what is no handle.
	_ = windows.CloseHandle(g.afd)
	g.pin.Unpin()
	pinned.Lock()
	delete(pinned.groups, g)
	pinned.Unlock()
}

// abandon closes the handles of all groups, of which the kernel may still write to
// some: they stay pinned.
func (s *groups) abandon() {
	pinned.Lock()
	defer pinned.Unlock()
	for g := range pinned.groups {
		if g.set == s {
			_ = windows.CloseHandle(g.afd)
		}
	}
}

// close closes the last group, which is empty.
func (s *groups) close() {
	if s.spare != nil {
		s.drop(s.spare)
		s.spare = nil
	}
}

// openAFD opens a handle for polls.
func openAFD() (windows.Handle, error) {
	name, err := windows.NewNTUnicodeString(afdName)
	if err != nil {
		return windows.InvalidHandle, os.NewSyscallError("NtCreateFile", err)
	}
	attributes := windows.OBJECT_ATTRIBUTES{ObjectName: name}
	attributes.Length = uint32(unsafe.Sizeof(attributes))
	var h windows.Handle
	var iosb windows.IO_STATUS_BLOCK
	err = windows.NtCreateFile(&h, windows.SYNCHRONIZE, &attributes, &iosb, nil, 0,
		windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE, windows.FILE_OPEN, 0, 0, 0)
	if err != nil {
		return windows.InvalidHandle, os.NewSyscallError("NtCreateFile", err)
	}
	return h, nil
}
