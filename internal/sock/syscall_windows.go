package sock

//go:generate go tool mkwinsyscall -output zsyscall_windows.go syscall_windows.go

//sys	accept(listener windows.Handle, addr *windows.RawSockaddrAny, addrLen *int32) (s windows.Handle, err error) [failretval==windows.InvalidHandle] = ws2_32.accept
