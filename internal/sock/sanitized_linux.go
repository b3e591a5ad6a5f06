//go:build race || msan || asan

package sock

import "golang.org/x/sys/unix"

// The sanitizers must see what the kernel writes.
func accept(listener int) (int, unix.Sockaddr, error) {
	return unix.Accept4(listener, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
}
