package oracle

import "golang.org/x/sys/windows"

//go:generate go tool mkwinsyscall -output zsyscall_windows_test.go syscall_windows_test.go

//sys	wsaPoll(fds *pollFD, n uint32, timeout int32) (ready int32, err error) [failretval==-1] = ws2_32.WSAPoll
//sys	getProcessHandleCount(process windows.Handle, n *uint32) (err error) = kernel32.GetProcessHandleCount

// Constants of winsock2.h that x/sys has not.
const (
	pollErr  = 0x1
	pollHup  = 0x2
	pollNval = 0x4
	pollOut  = 0x10
	pollIn   = 0x100
)

// A pollFD is a WSAPOLLFD.
type pollFD struct {
	s               windows.Handle
	events, revents int16
}
