//go:build unix && !linux

package platformtest

// systemGroups returns what only this system can be asked.
func systemGroups() []group { return nil }
