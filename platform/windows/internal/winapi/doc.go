// Package winapi has the calls that x/sys has not. It is a package of its own
// because mkwinsyscall takes every package windows for that of x/sys.
package winapi

//go:generate go tool mkwinsyscall -output zsyscall_windows.go syscall_windows.go
