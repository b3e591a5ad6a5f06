//go:build unix

package kqueue

import "github.com/rouse-io/rouse/platform"

// An entry is a handle that was added. The table's lock guards it.
type entry struct {
	token      platform.Token
	turn       uint64 // the last batch that has named it
	place      int    // where in that batch
	handle     platform.Handle
	generation uint32            // the udata of its filters: an event with another one is from before a Modify
	interest   platform.Interest // what was asked for
	filters    platform.Interest // what the kernel has filters for
	read       platform.Interest // what an event of EVFILT_READ is about
	mode       platform.Mode
	fired      bool // the one shot
	kind       kind
}

// about returns what an event of a filter is about.
func (e *entry) about(filter platform.Interest) platform.Interest {
	if filter == platform.Readable {
		return e.read
	}
	return filter
}

// standsIn notes that EVFILT_READ is there in the place of EVFILT_WRITE, or for
// both.
func (e *entry) standsIn() {
	if e.filters&platform.Readable == 0 {
		e.read = 0
	}
	e.read |= platform.Writable
}
