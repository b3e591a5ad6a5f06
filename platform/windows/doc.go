// Package windows is the adapter for Windows: polls of the ancillary function
// driver (AFD), which Winsock itself sits on, that complete on an I/O completion
// port, as wepoll does it. Because the port belongs to the AFD handle and not to
// the socket, a socket that is bound to a port of somebody else's, such as any
// of package net's, can be watched too.
//
// Package platform has the contract, package native the adapter of the system
// that a program is compiled for.
package windows
