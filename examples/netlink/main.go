// Netlink lists the network interfaces of the machine and their addresses, and
// then tells what changes:
//
//	go run ./examples/netlink -watch
//
// It is an example of a descriptor that package net does not know: a netlink
// socket (netlink(7), rtnetlink(7)), which programs that watch the network read
// in an epoll loop of their own. It runs on Linux, and needs no privilege.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
)

func main() {
	watch := flag.Bool("watch", false, "go on until interrupted, and tell what changes")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *watch, func(e event) { fmt.Println(e) })
	stop()
	if err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "netlink:", err)
		os.Exit(1)
	}
}
