//go:build windows && (amd64 || 386)

package windows

import (
	"sync"
	"syscall"
	"testing"
	_ "unsafe" // the variables of other packages have no other name here

	"golang.org/x/sys/windows"
)

// What the packages that this one calls have for the system's functions.

//go:linkname procNtCancelIoFileEx github.com/rouse-io/rouse/platform/windows/internal/winapi.procNtCancelIoFileEx
var procNtCancelIoFileEx *windows.LazyProc

//go:linkname procNtDeviceIoControlFile github.com/rouse-io/rouse/platform/windows/internal/winapi.procNtDeviceIoControlFile
var procNtDeviceIoControlFile *windows.LazyProc

//go:linkname procNtRemoveIoCompletionEx github.com/rouse-io/rouse/platform/windows/internal/winapi.procNtRemoveIoCompletionEx
var procNtRemoveIoCompletionEx *windows.LazyProc

//go:linkname procNtQueryObject github.com/rouse-io/rouse/platform/windows/internal/winapi.procNtQueryObject
var procNtQueryObject *windows.LazyProc

//go:linkname procPostQueuedCompletionStatus github.com/rouse-io/rouse/platform/windows/internal/winapi.procPostQueuedCompletionStatus
var procPostQueuedCompletionStatus *windows.LazyProc

//go:linkname procGetHandleInformation github.com/rouse-io/rouse/platform/windows/internal/winapi.procGetHandleInformation
var procGetHandleInformation *windows.LazyProc

//go:linkname procCompareObjectHandles github.com/rouse-io/rouse/platform/windows/internal/winapi.procCompareObjectHandles
var procCompareObjectHandles *windows.LazyProc

//go:linkname procRegisterWaitForSingleObject github.com/rouse-io/rouse/platform/windows/internal/winapi.procRegisterWaitForSingleObject
var procRegisterWaitForSingleObject *windows.LazyProc

//go:linkname procUnregisterWaitEx github.com/rouse-io/rouse/platform/windows/internal/winapi.procUnregisterWaitEx
var procUnregisterWaitEx *windows.LazyProc

//go:linkname procPeekNamedPipe github.com/rouse-io/rouse/platform/windows/internal/winapi.procPeekNamedPipe
var procPeekNamedPipe *windows.LazyProc

//go:linkname procCreateIoCompletionPort golang.org/x/sys/windows.procCreateIoCompletionPort
var procCreateIoCompletionPort *windows.LazyProc

//go:linkname procNtCreateFile golang.org/x/sys/windows.procNtCreateFile
var procNtCreateFile *windows.LazyProc

//go:linkname procNtQueryInformationFile golang.org/x/sys/windows.procNtQueryInformationFile
var procNtQueryInformationFile *windows.LazyProc

//go:linkname procCreateEvent golang.org/x/sys/windows.procCreateEventW
var procCreateEvent *windows.LazyProc

//go:linkname procCreateFile golang.org/x/sys/windows.procCreateFileW
var procCreateFile *windows.LazyProc

//go:linkname procCreateNamedPipe golang.org/x/sys/windows.procCreateNamedPipeW
var procCreateNamedPipe *windows.LazyProc

//go:linkname procCloseHandle golang.org/x/sys/windows.procCloseHandle
var procCloseHandle *windows.LazyProc

//go:linkname procDuplicateHandle golang.org/x/sys/windows.procDuplicateHandle
var procDuplicateHandle *windows.LazyProc

//go:linkname procWaitForSingleObject golang.org/x/sys/windows.procWaitForSingleObject
var procWaitForSingleObject *windows.LazyProc

//go:linkname procGetNumberOfConsoleInputEvents golang.org/x/sys/windows.procGetNumberOfConsoleInputEvents
var procGetNumberOfConsoleInputEvents *windows.LazyProc

//go:linkname procGetNamedPipeInfo golang.org/x/sys/windows.procGetNamedPipeInfo
var procGetNamedPipeInfo *windows.LazyProc

//go:linkname procConnectNamedPipe golang.org/x/sys/windows.procConnectNamedPipe
var procConnectNamedPipe *windows.LazyProc

//go:linkname procDisconnectNamedPipe golang.org/x/sys/windows.procDisconnectNamedPipe
var procDisconnectNamedPipe *windows.LazyProc

//go:linkname procReadFile golang.org/x/sys/windows.procReadFile
var procReadFile *windows.LazyProc

//go:linkname procWriteFile golang.org/x/sys/windows.procWriteFile
var procWriteFile *windows.LazyProc

//go:linkname procCancelIoEx golang.org/x/sys/windows.procCancelIoEx
var procCancelIoEx *windows.LazyProc

//go:linkname procGetOverlappedResult golang.org/x/sys/windows.procGetOverlappedResult
var procGetOverlappedResult *windows.LazyProc

//go:linkname procWSAStartup golang.org/x/sys/windows.procWSAStartup
var procWSAStartup *windows.LazyProc

//go:linkname procWSAIoctl golang.org/x/sys/windows.procWSAIoctl
var procWSAIoctl *windows.LazyProc

//go:linkname procGetsockopt golang.org/x/sys/windows.procgetsockopt
var procGetsockopt *windows.LazyProc

// A function is one of the system's that this package calls.
type function struct {
	name      string // as errors have it
	proc      *windows.LazyProc
	arguments int
	refusal   refusal
	codes     []error // that its documentation lists, and those of a lack of memory
	hook      *hook
}

// A refusal is how a function says that it has failed.
type refusal int

const (
	byZero    refusal = iota // no, or no handle; GetLastError has the code
	byMinus                  // -1 of 32 bits; GetLastError has the code
	byInvalid                // no handle, which is -1; GetLastError has the code
	byCode                   // the code itself
)

// fail makes the nth call of a thread fail with a code.
func (f *function) fail(n int32, who callers, code error) {
	var number uint32
	switch code := code.(type) {
	case syscall.Errno:
		number = uint32(code)
	case windows.NTStatus:
		number = uint32(code)
	}
	result := map[refusal]uintptr{byMinus: uintptr(^uint32(0)), byInvalid: ^uintptr(0), byCode: uintptr(number)}
	f.hook.fail(n, who, result[f.refusal], number)
}

// asErrors are statuses as errors.
func asErrors(all []windows.NTStatus) []error {
	errs := make([]error, len(all))
	for i, status := range all {
		errs[i] = status
	}
	return errs
}

// functions are all that this package calls and that can fail.
var functions = []*function{
	{name: "NtCancelIoFileEx", proc: procNtCancelIoFileEx, arguments: 3, refusal: byCode, codes: []error{
		windows.STATUS_INVALID_HANDLE, windows.STATUS_OBJECT_TYPE_MISMATCH, windows.STATUS_ACCESS_DENIED, windows.STATUS_INSUFFICIENT_RESOURCES,
	}},
	{name: "NtDeviceIoControlFile", proc: procNtDeviceIoControlFile, arguments: 10, refusal: byCode, codes: asErrors(statuses)},
	{name: "NtRemoveIoCompletionEx", proc: procNtRemoveIoCompletionEx, arguments: 6, refusal: byCode, codes: []error{
		windows.STATUS_INVALID_HANDLE, windows.STATUS_OBJECT_TYPE_MISMATCH, windows.STATUS_ACCESS_DENIED, windows.STATUS_INSUFFICIENT_RESOURCES, windows.STATUS_NO_MEMORY, windows.STATUS_ABANDONED_WAIT_0,
	}},
	{name: "NtQueryObject", proc: procNtQueryObject, arguments: 5, refusal: byCode, codes: []error{
		windows.STATUS_INVALID_HANDLE, windows.STATUS_ACCESS_DENIED, windows.STATUS_INFO_LENGTH_MISMATCH, windows.STATUS_INSUFFICIENT_RESOURCES, windows.STATUS_NO_MEMORY,
	}},
	{name: "PostQueuedCompletionStatus", proc: procPostQueuedCompletionStatus, arguments: 4, refusal: byZero, codes: []error{
		windows.ERROR_NO_SYSTEM_RESOURCES, windows.ERROR_NOT_ENOUGH_MEMORY, windows.ERROR_NOT_ENOUGH_QUOTA,
	}},
	{name: "GetHandleInformation", proc: procGetHandleInformation, arguments: 2, refusal: byZero, codes: []error{
		windows.ERROR_INVALID_HANDLE, windows.ERROR_ACCESS_DENIED,
	}},
	{name: "CompareObjectHandles", proc: procCompareObjectHandles, arguments: 2, refusal: byZero, codes: []error{
		windows.ERROR_NOT_SAME_OBJECT,
	}},
	{name: "RegisterWaitForSingleObject", proc: procRegisterWaitForSingleObject, arguments: 6, refusal: byZero, codes: []error{
		windows.ERROR_INVALID_HANDLE, windows.ERROR_ACCESS_DENIED, windows.ERROR_NOT_ENOUGH_MEMORY, windows.ERROR_NO_SYSTEM_RESOURCES,
	}},
	{name: "UnregisterWaitEx", proc: procUnregisterWaitEx, arguments: 2, refusal: byZero, codes: []error{
		windows.ERROR_NOT_ENOUGH_MEMORY, windows.ERROR_NO_SYSTEM_RESOURCES,
	}},
	{name: "PeekNamedPipe", proc: procPeekNamedPipe, arguments: 6, refusal: byZero, codes: []error{
		windows.ERROR_INVALID_HANDLE, windows.ERROR_ACCESS_DENIED, windows.ERROR_BAD_PIPE, windows.ERROR_NO_SYSTEM_RESOURCES,
	}},
	{name: "CreateIoCompletionPort", proc: procCreateIoCompletionPort, arguments: 4, refusal: byZero, codes: []error{
		windows.ERROR_INVALID_PARAMETER, windows.ERROR_INVALID_HANDLE, windows.ERROR_NOT_ENOUGH_MEMORY, windows.ERROR_NO_SYSTEM_RESOURCES,
	}},
	{name: "NtCreateFile", proc: procNtCreateFile, arguments: 11, refusal: byCode, codes: []error{
		windows.STATUS_ACCESS_DENIED, windows.STATUS_OBJECT_NAME_NOT_FOUND, windows.STATUS_INSUFFICIENT_RESOURCES, windows.STATUS_NO_MEMORY, windows.STATUS_QUOTA_EXCEEDED, windows.STATUS_TOO_MANY_OPENED_FILES,
	}},
	{name: "NtQueryInformationFile", proc: procNtQueryInformationFile, arguments: 5, refusal: byCode, codes: []error{
		windows.STATUS_INVALID_HANDLE, windows.STATUS_ACCESS_DENIED, windows.STATUS_INSUFFICIENT_RESOURCES,
	}},
	{name: "CreateEvent", proc: procCreateEvent, arguments: 4, refusal: byZero, codes: []error{
		windows.ERROR_NOT_ENOUGH_MEMORY, windows.ERROR_NO_SYSTEM_RESOURCES, windows.ERROR_ACCESS_DENIED,
	}},
	{name: "CreateFile", proc: procCreateFile, arguments: 7, refusal: byInvalid, codes: []error{
		windows.ERROR_FILE_NOT_FOUND, windows.ERROR_ACCESS_DENIED, windows.ERROR_PIPE_BUSY, windows.ERROR_TOO_MANY_OPEN_FILES, windows.ERROR_NO_SYSTEM_RESOURCES,
	}},
	{name: "CreateNamedPipe", proc: procCreateNamedPipe, arguments: 8, refusal: byInvalid, codes: []error{
		windows.ERROR_ACCESS_DENIED, windows.ERROR_PIPE_BUSY, windows.ERROR_INVALID_PARAMETER, windows.ERROR_NOT_ENOUGH_MEMORY, windows.ERROR_NO_SYSTEM_RESOURCES,
	}},
	{name: "CloseHandle", proc: procCloseHandle, arguments: 1, refusal: byZero, codes: []error{
		windows.ERROR_INVALID_HANDLE,
	}},
	{name: "DuplicateHandle", proc: procDuplicateHandle, arguments: 7, refusal: byZero, codes: []error{
		windows.ERROR_ACCESS_DENIED, windows.ERROR_INVALID_HANDLE, windows.ERROR_NOT_ENOUGH_MEMORY, windows.ERROR_NO_SYSTEM_RESOURCES,
	}},
	{name: "WaitForSingleObject", proc: procWaitForSingleObject, arguments: 2, refusal: byMinus, codes: []error{
		windows.ERROR_INVALID_HANDLE, windows.ERROR_ACCESS_DENIED, windows.ERROR_NO_SYSTEM_RESOURCES,
	}},
	{name: "GetNumberOfConsoleInputEvents", proc: procGetNumberOfConsoleInputEvents, arguments: 2, refusal: byZero, codes: []error{
		windows.ERROR_INVALID_HANDLE, windows.ERROR_NOT_ENOUGH_MEMORY,
	}},
	{name: "GetNamedPipeInfo", proc: procGetNamedPipeInfo, arguments: 5, refusal: byZero, codes: []error{
		windows.ERROR_INVALID_HANDLE, windows.ERROR_ACCESS_DENIED, windows.ERROR_NO_SYSTEM_RESOURCES,
	}},
	{name: "ConnectNamedPipe", proc: procConnectNamedPipe, arguments: 2, refusal: byZero, codes: []error{
		windows.ERROR_INVALID_HANDLE, windows.ERROR_BAD_PIPE, windows.ERROR_NOT_ENOUGH_MEMORY, windows.ERROR_NO_SYSTEM_RESOURCES,
	}},
	{name: "DisconnectNamedPipe", proc: procDisconnectNamedPipe, arguments: 1, refusal: byZero, codes: []error{
		windows.ERROR_INVALID_HANDLE, windows.ERROR_ACCESS_DENIED, windows.ERROR_NO_SYSTEM_RESOURCES,
	}},
	{name: "ReadFile", proc: procReadFile, arguments: 5, refusal: byZero, codes: []error{
		windows.ERROR_INVALID_HANDLE, windows.ERROR_INVALID_USER_BUFFER, windows.ERROR_NOT_ENOUGH_MEMORY, windows.ERROR_NOT_ENOUGH_QUOTA, windows.ERROR_NO_SYSTEM_RESOURCES, windows.ERROR_OPERATION_ABORTED,
	}},
	{name: "WriteFile", proc: procWriteFile, arguments: 5, refusal: byZero, codes: []error{
		windows.ERROR_INVALID_HANDLE, windows.ERROR_INVALID_USER_BUFFER, windows.ERROR_NOT_ENOUGH_MEMORY, windows.ERROR_NOT_ENOUGH_QUOTA, windows.ERROR_NO_SYSTEM_RESOURCES, windows.ERROR_OPERATION_ABORTED,
	}},
	{name: "CancelIoEx", proc: procCancelIoEx, arguments: 2, refusal: byZero, codes: []error{
		windows.ERROR_NOT_FOUND, windows.ERROR_INVALID_HANDLE,
	}},
	{name: "GetOverlappedResult", proc: procGetOverlappedResult, arguments: 4, refusal: byZero, codes: []error{
		windows.ERROR_OPERATION_ABORTED, windows.ERROR_NO_SYSTEM_RESOURCES,
	}},
	{name: "WSAStartup", proc: procWSAStartup, arguments: 2, refusal: byCode, codes: []error{
		windows.WSASYSNOTREADY, windows.WSAVERNOTSUPPORTED, windows.WSAEINPROGRESS, windows.WSAEPROCLIM,
	}},
	{name: "WSAIoctl", proc: procWSAIoctl, arguments: 9, refusal: byMinus, codes: []error{
		windows.WSAENETDOWN, windows.WSAEINPROGRESS, windows.WSAEINVAL, windows.WSAENOTSOCK, windows.WSAEOPNOTSUPP, windows.WSAENOBUFS,
	}},
	{name: "getsockopt", proc: procGetsockopt, arguments: 5, refusal: byMinus, codes: []error{
		windows.WSAENETDOWN, windows.WSAEINPROGRESS, windows.WSAENOTSOCK, windows.WSAENOBUFS,
	}},
	{name: "WSARecv", proc: wsaRecv, arguments: 7, refusal: byMinus, codes: []error{
		windows.WSAENETDOWN, windows.WSAENETRESET, windows.WSAECONNABORTED, windows.WSAECONNRESET, windows.WSAEINVAL, windows.WSAENOTSOCK, windows.WSAENOBUFS, windows.WSAENOTCONN,
	}},
	{name: "WSASend", proc: wsaSend, arguments: 7, refusal: byMinus, codes: []error{
		windows.WSAENETDOWN, windows.WSAENETRESET, windows.WSAECONNABORTED, windows.WSAECONNRESET, windows.WSAEINVAL, windows.WSAENOTSOCK, windows.WSAENOBUFS, windows.WSAENOTCONN,
	}},
}

// standing puts the hooks in their places, once.
var standing = sync.OnceValue(func() error {
	for _, f := range functions {
		var err error
		if f.hook, err = stand(f.proc, f.arguments); err != nil {
			return err
		}
	}
	return nil
})

// called returns the function of a name, with its hook.
func called(t testing.TB, name string) *function {
	t.Helper()
	need(t, standing())
	for _, f := range functions {
		if f.name == name {
			return f
		}
	}
	t.Fatalf("%s is not called", name)
	return nil
}
