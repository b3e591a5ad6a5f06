package winapi

// Those of ntdll return their status as a number: as an error it would be
// allocated for every poll that is pending.

//sys	NtCancelIoFileEx(file windows.Handle, request *windows.IO_STATUS_BLOCK, iosb *windows.IO_STATUS_BLOCK) (status windows.NTStatus) = ntdll.NtCancelIoFileEx
//sys	NtDeviceIoControlFile(file windows.Handle, event windows.Handle, apc uintptr, context uintptr, iosb *windows.IO_STATUS_BLOCK, code uint32, in unsafe.Pointer, inLen uint32, out unsafe.Pointer, outLen uint32) (status windows.NTStatus) = ntdll.NtDeviceIoControlFile
//sys	NtRemoveIoCompletionEx(port windows.Handle, packets *Packet, size uint32, removed *uint32, timeout *int64, alertable bool) (status windows.NTStatus) = ntdll.NtRemoveIoCompletionEx

//sys	PostQueuedCompletionStatus(port windows.Handle, bytes uint32, key uintptr, context uintptr) (err error) = kernel32.PostQueuedCompletionStatus
//sys	GetHandleInformation(handle windows.Handle, flags *uint32) (err error) = kernel32.GetHandleInformation

//sys	NtQueryObject(object windows.Handle, class uint32, buf unsafe.Pointer, size uint32, n *uint32) (status windows.NTStatus) = ntdll.NtQueryObject
//sys	CompareObjectHandles(first windows.Handle, second windows.Handle) (same bool) = kernelbase.CompareObjectHandles

//sys	RegisterWaitForSingleObject(wait *windows.Handle, object windows.Handle, callback uintptr, context uintptr, ms uint32, flags uint32) (err error) = kernel32.RegisterWaitForSingleObject
//sys	UnregisterWaitEx(wait windows.Handle, event windows.Handle) (err error) = kernel32.UnregisterWaitEx

//sys	PeekNamedPipe(pipe windows.Handle, buf *byte, size uint32, read *uint32, avail *uint32, left *uint32) (err error) = kernel32.PeekNamedPipe
