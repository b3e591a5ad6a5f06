//go:build unix

package platformtest

// familyGroups returns what the systems of one family can be asked.
func familyGroups() []group {
	return []group{
		{"UnixStream", statesOf(streamStates)},
		{"UnixDatagram", statesOf(datagramStates)},
		{"Pipe", append(statesOf(pipeStates), pipes...)},
		{"FIFO", append(statesOf(fifoStates), fifos...)},
		{"Signal", interruptions},
		{"Misuse", misuses},
	}
}
