package platformtest

// systemGroups returns what only this system can be asked.
func systemGroups() []group {
	return []group{
		{"LinuxSocket", statesOf(linuxSocketStates)},
		{"Eventfd", append(statesOf(eventfdStates), eventfds...)},
		{"Timerfd", timerfds},
		{"Pidfd", pidfds},
		{"Inotify", inotifies},
		{"Pty", append(statesOf(ptyStates), ptys...)},
		{"Duplicate", duplicates},
		{"Device", devices},
	}
}
