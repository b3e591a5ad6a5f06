//go:build unix

package kqueue

import "golang.org/x/sys/unix"

// MaxChanges is how many changes one call makes at most: the filters of a handle
// go, and others come.
const MaxChanges = 6

// apply makes changes, in one system call. Each asks for a receipt, so that the
// list comes back with what became of each: without them the first that fails
// would keep the kernel from the others, and what came back could be events. An
// error says that no change was made.
func apply(q Queue, list []Kevent) error {
	if len(list) == 0 {
		return nil
	}
	_, err := q.Change(list)
	if err == unix.EINTR {
		return nil // after all changes
	}
	return err
}

// applyOne makes one change.
func applyOne(q Queue, c Kevent) error {
	list := [1]Kevent{c}
	if err := apply(q, list[:]); err != nil {
		return err
	}
	return list[0].errno()
}

// errno is what became of a change; nil is success.
func (c *Kevent) errno() error {
	if c.Flags&evError == 0 || c.Data == 0 {
		return nil
	}
	return unix.Errno(c.Data)
}
