package sock_test

import "golang.org/x/sys/windows"

//go:generate go tool mkwinsyscall -output zsyscall_windows_test.go syscall_windows_test.go

//sys	wsaPoll(fds *pollFD, n uint32, timeout int32) (ready int32, err error) [failretval==-1] = ws2_32.WSAPoll
//sys	getHandleInformation(h windows.Handle, flags *uint32) (err error) = kernel32.GetHandleInformation

// Constants of winsock2.h that x/sys has not.
const (
	pollOut = 0x10
	pollIn  = 0x100 | 0x200
)

// A pollFD is a WSAPOLLFD.
type pollFD struct {
	s               windows.Handle
	events, revents int16
}
