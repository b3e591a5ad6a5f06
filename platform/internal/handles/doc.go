// Package handles counts the handles that a process has on Windows, for tests
// that nothing is left behind.
package handles

//go:generate go tool mkwinsyscall -output zsyscall_windows.go syscall_windows.go
