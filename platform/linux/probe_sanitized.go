//go:build linux && (race || msan || asan)

package linux

import "golang.org/x/sys/unix"

// look is that of probe_raw.go, such that the sanitizers see what the kernel
// reads and writes.
func look(fd int, events uint32) (uint32, error) {
	pfd := [1]unix.PollFd{{Fd: int32(fd), Events: int16(events)}}
	for {
		_, err := unix.Poll(pfd[:], 0)
		if err != unix.EINTR {
			return uint32(uint16(pfd[0].Revents)), err
		}
	}
}
