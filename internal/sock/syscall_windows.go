package sock

import "golang.org/x/sys/windows"

//go:generate go tool mkwinsyscall -output zsyscall_windows.go syscall_windows.go

//sys	accept(listener windows.Handle, addr *byte, addrLen *int32) (s windows.Handle, err error) [failretval==windows.InvalidHandle] = ws2_32.accept

// Constants of winsock2.h that x/sys has not.
const (
	fionbio            = 0x8004667e
	soError            = 0x1007
	soExclusiveAddrUse = ^windows.SO_REUSEADDR
)
