//go:build unix

package platformtest

// probedFamily has the states that the systems of this family know.
func probedFamily() []probed {
	return []probed{
		{"UnixStream", streamStates},
		{"UnixDatagram", datagramStates},
		{"Pipe", pipeStates},
		{"FIFO", fifoStates},
	}
}
