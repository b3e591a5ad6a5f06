//go:build !unix

package platformtest

// familyGroups returns what the systems of one family can be asked: sockets are
// all that these can poll.
func familyGroups() []group { return nil }

// systemGroups returns what only this system can be asked.
func systemGroups() []group { return nil }
