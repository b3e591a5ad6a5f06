//go:build !unix

package platformtest

// systemGroups returns what only this system can be asked: sockets are all
// that it can poll.
func systemGroups() []group { return nil }
