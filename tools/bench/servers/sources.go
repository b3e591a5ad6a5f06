// Package servers has the sources of the servers that are not in Go.
package servers

import _ "embed"

// LoopC is an epoll loop in C.
//
//go:embed c/loop.c
var LoopC []byte
