package spec

import "slices"

// GoVersion is the release whose "go tool dist list" the ports are taken from.
const GoVersion = "1.26"

// A Target is a system that the spec knows, with its own adapter.
type Target struct {
	GOOS      string // also the build tag of its adapter
	Title     string // as people write it
	Mechanism *Mechanism
	Package   string // of the adapter, below the module's root
	Adapter   bool   // the adapter is there
	Ports     []Port

	// Consts are the mechanism's that have another value here, or that x/sys
	// lacks. Lacks names those that don't exist.
	Consts []Const
	Lacks  []string

	// Waker is set where the mechanism's doesn't exist.
	Waker *Waker

	// RawCalls says that Go may make system calls itself. Elsewhere they go
	// through the system's library, which may block the thread.
	RawCalls bool

	// Event is the struct that the kernel fills.
	Event Struct

	// Signals is the highest number of a signal, where signals can be read.
	Signals Limit

	Notes []string
}

// A Port is a pair of GOOS and GOARCH. A target has ports of another GOOS where
// that one satisfies its build tag too.
type Port struct {
	GOOS, GOARCH string
	Test         Test
}

// String returns the pair as "go tool dist list" does.
func (p Port) String() string { return p.GOOS + "/" + p.GOARCH }

// Test says how a port can be tested.
type Test uint8

// How a port can be tested.
const (
	Compile Test = iota // built and vetted only
	Native              // runs on the machine of the developer
	QEMU                // under qemu-user
	Wine                // under Wine
	Runner              // on a machine of its own
	VM                  // in a virtual machine
)

// Tests are the names of the ways to test, in their order.
var Tests = []string{"compile", "native", "qemu", "wine", "runner", "vm"}

// A Struct is the layout of one of the kernel's structs.
type Struct struct {
	Name   string // in x/sys, or in C where x/sys lacks it
	Fields []StructField
	Size   int // in bytes, where it is the same on every GOARCH
}

// A StructField is a field of a Struct.
type StructField struct {
	Name string // in x/sys; "_" is padding
	Type string // Go's
	Only string // the one GOARCH that has it, if not all
}

// kevent is struct kevent, but for what follows udata. C's compilers align 64
// bits to 8 bytes on arm, where Go's don't.
func kevent(filter, flags string, rest ...StructField) Struct {
	return Struct{Name: "Kevent_t", Fields: append([]StructField{
		{Name: "Ident", Type: "uintptr"},
		{Name: "Filter", Type: filter},
		{Name: "Flags", Type: flags},
		{Name: "Fflags", Type: "uint32"},
	}, rest...)}
}

// Targets are the systems that the spec knows.
var Targets = []*Target{
	{
		GOOS:      "linux",
		Title:     "Linux",
		Mechanism: Epoll,
		Package:   "platform/linux",
		Adapter:   true,
		Ports: slices.Concat(
			ports("linux", Native, "amd64", "386"),
			ports("linux", QEMU, "arm64", "arm", "riscv64", "s390x"),
			ports("linux", Compile, "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64", "ppc64le"),
			ports("android", Compile, "386", "amd64", "arm", "arm64"),
		),
		RawCalls: true,
		// What comes before Fd differs by GOARCH: the kernel packs it on amd64.
		Event: Struct{Name: "EpollEvent", Fields: []StructField{
			{Name: "Fd", Type: "int32"},
			{Name: "Pad", Type: "int32"},
		}},
		Signals: lastSignal(64, "MIPS has twice as many, of which package os/signal takes no more, either."),
	},
	{
		GOOS:      "darwin",
		Title:     "macOS, iOS",
		Mechanism: Kqueue,
		Package:   "platform/darwin",
		Adapter:   true,
		Ports: slices.Concat(
			ports("darwin", Runner, "amd64", "arm64"),
			ports("ios", Compile, "amd64", "arm64"),
		),
		Event: kevent("int16", "uint16",
			StructField{Name: "Data", Type: "int64"},
			StructField{Name: "Udata", Type: "uintptr"},
		),
		Signals: lastSignal(31, ""),
		Notes: []string{
			"/dev/tty is refused (EINVAL); the terminal's own name is not.",
			"A named FIFO does not say that its last writer has closed it.",
		},
	},
	{
		GOOS:      "freebsd",
		Title:     "FreeBSD",
		Mechanism: Kqueue,
		Package:   "platform/freebsd",
		Adapter:   true,
		Ports: slices.Concat(
			ports("freebsd", VM, "amd64"),
			ports("freebsd", Compile, "386", "arm", "arm64"),
		),
		Consts:   []Const{{Name: "EVFILT_USER", Value: -11, Field: Filter}},
		Lacks:    []string{"EVFILT_EXCEPT", "NOTE_OOB"},
		RawCalls: true,
		Event: kevent("int16", "uint16",
			StructField{Name: "_", Type: "[4]byte", Only: "arm"},
			StructField{Name: "Data", Type: "int64"},
			StructField{Name: "Udata", Type: "uintptr"},
			StructField{Name: "_", Type: "[4]byte", Only: "arm"},
			StructField{Name: "Ext", Type: "[4]uint64"}, // since FreeBSD 12
		),
		Signals: lastSignal(128, ""),
		Notes:   []string{"A regular file is always writable, a busy loop: refuse it."},
	},
	{
		GOOS:      "netbsd",
		Title:     "NetBSD",
		Mechanism: Kqueue,
		Package:   "platform/netbsd",
		Adapter:   true,
		Ports: slices.Concat(
			ports("netbsd", VM, "amd64"),
			ports("netbsd", Compile, "386", "arm", "arm64"),
		),
		Consts: []Const{
			{Name: "EVFILT_READ", Value: 0, Field: Filter},
			{Name: "EVFILT_WRITE", Value: 1, Field: Filter},
			{Name: "EVFILT_PROC", Value: 4, Field: Filter},
			{Name: "EVFILT_SIGNAL", Value: 5, Field: Filter},
			{Name: "EV_RECEIPT", Value: 0x40, Field: Flags, Own: true},
			{Name: "EV_DISPATCH", Value: 0x80, Field: Flags, Own: true},
		},
		Lacks:    []string{"EVFILT_EXCEPT", "NOTE_OOB", "EVFILT_USER", "NOTE_TRIGGER"},
		Waker:    pipeWaker("EVFILT_USER came with NetBSD 10."),
		RawCalls: true,
		Event: kevent("uint32", "uint32",
			StructField{Name: "Data", Type: "int64"},
			StructField{Name: "Udata", Type: "uintptr"},
			StructField{Name: "_", Type: "[4]byte", Only: "arm"},
		),
		Signals: lastSignal(63, ""),
		Notes:   []string{"kevent counts its changes and events by a size_t."},
	},
	{
		GOOS:      "openbsd",
		Title:     "OpenBSD",
		Mechanism: Kqueue,
		Package:   "platform/openbsd",
		Adapter:   true,
		Ports: slices.Concat(
			ports("openbsd", VM, "amd64"),
			ports("openbsd", Compile, "386", "arm", "arm64", "ppc64", "riscv64"),
		),
		Consts: []Const{
			{Name: "EVFILT_EXCEPT", Value: -9, Field: Filter},
			{Name: "NOTE_OOB", Value: 0x4, Field: Fflags},
		},
		Lacks: []string{"EVFILT_USER", "NOTE_TRIGGER"},
		Waker: pipeWaker("x/sys knows no EVFILT_USER."),
		Event: kevent("int16", "uint16",
			StructField{Name: "_", Type: "[4]byte", Only: "arm"},
			StructField{Name: "Data", Type: "int64"},
			StructField{Name: "Udata", Type: "uintptr"},
			StructField{Name: "_", Type: "[4]byte", Only: "arm"},
		),
		Signals: lastSignal(32, ""),
	},
	{
		GOOS:      "dragonfly",
		Title:     "DragonFly BSD",
		Mechanism: Kqueue,
		Package:   "platform/dragonfly",
		Adapter:   true,
		Ports:     ports("dragonfly", VM, "amd64"),
		Consts: []Const{
			{Name: "EVFILT_EXCEPT", Value: -8, Field: Filter},
			{Name: "EVFILT_USER", Value: -9, Field: Filter},
		},
		RawCalls: true,
		Event: kevent("int16", "uint16",
			StructField{Name: "Data", Type: "int64"},
			StructField{Name: "Udata", Type: "uintptr"},
		),
		Signals: lastSignal(128, ""),
	},
	{
		GOOS:      "windows",
		Title:     "Windows",
		Mechanism: AFD,
		Package:   "platform/windows",
		Adapter:   true,
		Ports: slices.Concat(
			ports("windows", Wine, "amd64", "386"),
			ports("windows", Compile, "arm64"),
		),
		// C's struct has 32 bytes for one handle on every GOARCH.
		Event: Struct{Name: "AFD_POLL_INFO", Fields: []StructField{
			{Name: "Timeout", Type: "int64"},
			{Name: "NumberOfHandles", Type: "uint32"},
			{Name: "Exclusive", Type: "uint32"},
			{Name: "Handle", Type: "uintptr"},
			{Name: "Events", Type: "uint32"},
			{Name: "Status", Type: "int32"},
			{Name: "_", Type: "[4]byte", Only: "386"},
		}, Size: 32},
	},
}

// ports makes ports of one GOOS that are tested alike.
func ports(goos string, test Test, goarches ...string) []Port {
	list := make([]Port, 0, len(goarches))
	for _, goarch := range goarches {
		list = append(list, Port{GOOS: goos, GOARCH: goarch, Test: test})
	}
	return list
}

// lastSignal is the highest number of a signal, as the kernel's kill(2) takes it.
func lastSignal(n int, why string) Limit {
	return Limit{Name: "signals", Const: "lastSignal", Value: n, Why: why}
}

// pipeWaker is the waker of a kqueue without EVFILT_USER.
func pipeWaker(why string) *Waker {
	return &Waker{Name: "pipe", Arm: []string{"EV_ADD", "EV_CLEAR"}, Why: why}
}

// Const returns a constant by its name, as it is on this target.
func (t *Target) Const(name string) (Const, bool) {
	if slices.Contains(t.Lacks, name) {
		return Const{}, false
	}
	for _, c := range t.Consts {
		if c.Name == name {
			return c, true
		}
	}
	return t.Mechanism.Const(name)
}

// Watches reports whether the target can watch for an interest.
func (t *Target) Watches(in InterestSet) bool {
	arm, ok := t.Mechanism.Arm(in)
	if !ok {
		return false
	}
	for _, name := range arm.Names() {
		if _, ok := t.Const(name); !ok {
			return false
		}
	}
	return true
}

// WakerOf returns the target's waker.
func (t *Target) WakerOf() Waker {
	if t.Waker != nil {
		return *t.Waker
	}
	return t.Mechanism.Waker
}
