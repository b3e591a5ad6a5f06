// Package servers has the sources of the servers that are not in Go.
package servers

import "embed"

// LoopC is an epoll loop in C.
//
//go:embed c/loop.c
var LoopC []byte

// Tokio is the folder tokio, with a package of Rust.
//
//go:embed tokio
var Tokio embed.FS
