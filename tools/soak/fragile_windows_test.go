package main

import "golang.org/x/sys/windows"

// fragile reports whether this is Wine, whose server ends on an assertion when a
// socket is closed just when its peer is and its poll is cancelled. That is what
// a soak does all the time, and every Windows program ends with the server.
func fragile() bool {
	return windows.NewLazySystemDLL("ntdll.dll").NewProc("wine_get_version").Find() == nil
}
