// Net is what everybody writes: package net and a goroutine for each connection.
package main

import (
	"net"

	"github.com/rouse-io/rouse/tools/bench/internal/serving"
)

func main() {
	serving.Main(func() (net.Addr, func() error, error) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, nil, err
		}
		return l.Addr(), func() error { return serving.EchoConns(l) }, nil
	})
}
