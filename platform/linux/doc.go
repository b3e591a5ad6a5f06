// Package linux is the epoll adapter: package platform's contract, by epoll(7)
// and eventfd(2). It needs no table of its own: the kernel keeps handles apart,
// and an event carries the whole Token.
//
// Most programs use package native, which is this package on Linux.
package linux
