package handles

import (
	"errors"
	"unsafe"

	"golang.org/x/sys/windows"
)

// Count returns how many handles of each type this process has, by the names
// that the system has for types: "File", which sockets and AFD are too,
// "IoCompletion", "Process" and so on. Go's runtime opens and closes some of its
// own for each of its threads: "Thread", "Event" and "Timer".
func Count() (map[string]int, error) {
	entries, err := all()
	if err != nil {
		return nil, err
	}
	self := uintptr(windows.GetCurrentProcessId())
	types := make(map[uint16]int)
	names := make(map[uint16]string)
	for _, e := range entries {
		if e.process != self {
			continue
		}
		types[e.typ]++
		// It may have been closed meanwhile: then another one tells.
		if names[e.typ] == "" {
			names[e.typ], _ = typeOf(e.value)
		}
	}
	counts := make(map[string]int)
	for typ, n := range types {
		counts[names[typ]] += n
	}
	return counts, nil
}

// An entry is SYSTEM_HANDLE_TABLE_ENTRY_INFO_EX.
type entry struct {
	_       uintptr
	process uintptr
	value   windows.Handle
	_       uint32 // access
	_       uint16
	typ     uint16
	_       [2]uint32
}

// all returns the handles of all processes.
func all() ([]entry, error) {
	for n := 1 << 10; ; n *= 2 {
		// SYSTEM_HANDLE_INFORMATION_EX: two numbers, the first of which says how
		// many entries there are, and the entries.
		entries := make([]entry, n)
		size := uint32(n) * uint32(unsafe.Sizeof(entries[0]))
		err := windows.NtQuerySystemInformation(windows.SystemExtendedHandleInformation, unsafe.Pointer(&entries[0]), size, nil)
		if errors.Is(err, windows.STATUS_INFO_LENGTH_MISMATCH) {
			continue
		}
		if err != nil {
			return nil, err
		}
		header := (*[2]uintptr)(unsafe.Pointer(&entries[0]))
		return unsafe.Slice((*entry)(unsafe.Add(unsafe.Pointer(header), unsafe.Sizeof(*header))), header[0]), nil
	}
}

// objectTypeInformation is what to ask ntQueryObject for.
const objectTypeInformation = 2

// typeOf returns the name of a handle's type.
func typeOf(h windows.Handle) (string, error) {
	// OBJECT_TYPE_INFORMATION begins with the name, whose text is behind it.
	info := new(struct {
		name windows.NTUnicodeString
		_    [512]byte
	})
	if err := ntQueryObject(h, objectTypeInformation, unsafe.Pointer(info), uint32(unsafe.Sizeof(*info)), nil); err != nil {
		return "", err
	}
	return info.name.String(), nil
}
