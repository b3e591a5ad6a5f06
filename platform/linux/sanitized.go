//go:build linux && (race || msan || asan)

package linux

import (
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// The calls of raw.go, such that the sanitizers see what the kernel reads and
// writes.

func probe(epfd int, raw []unix.EpollEvent) (int, error) {
	for {
		if n, err := unix.EpollWait(epfd, raw, 0); err != unix.EINTR {
			return n, err
		}
	}
}

func signal(fd int) error {
	var one [8]byte
	binary.NativeEndian.PutUint64(one[:], 1)
	_, err := write(fd, one[:])
	return err
}

func hasPipeSize(fd int) bool {
	_, err := unix.FcntlInt(uintptr(fd), unix.F_GETPIPE_SZ, 0)
	return err == nil
}

func read(fd int, p []byte) (int, error) {
	for {
		n, err := unix.Read(fd, p)
		if err != unix.EINTR {
			return max(n, 0), err
		}
	}
}

func write(fd int, p []byte) (int, error) {
	for {
		n, err := unix.Write(fd, p)
		if err != unix.EINTR {
			return max(n, 0), err
		}
	}
}
