//go:build !unix

package platformtest

// probedFamily has the states that the systems of this family know.
func probedFamily() []probed { return nil }

// probedSystem has the states that only this system knows.
func probedSystem() []probed { return nil }
