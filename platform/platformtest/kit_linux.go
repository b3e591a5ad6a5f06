package platformtest

import "golang.org/x/sys/unix"

// descriptors is where the system lists this process's descriptors, if it does.
const descriptors = "/proc/self/fd"

func threadID() int { return unix.Gettid() }

// interrupt sends a signal to one thread.
func interrupt(thread int, s unix.Signal) error { return unix.Tgkill(unix.Getpid(), thread, s) }
