//go:build windows

package winapi

import "golang.org/x/sys/windows"

// A Packet is what a completion port hands out: FILE_IO_COMPLETION_INFORMATION,
// which is laid out as OVERLAPPED_ENTRY.
type Packet struct {
	Key     uintptr
	Context uintptr // of a request to ntdll its ApcContext, else its OVERLAPPED
	IOSB    windows.IO_STATUS_BLOCK
}
