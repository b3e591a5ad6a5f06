package platformtest

// probedSystem has the states that only this system knows.
func probedSystem() []probed {
	return []probed{{"LinuxSocket", linuxSocketStates}, {"Eventfd", eventfdStates}, {"Pty", ptyStates}}
}
