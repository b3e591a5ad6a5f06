//go:build !linux

package main

import (
	"context"
	"errors"
	"fmt"
)

func run(context.Context, bool, func(event)) error {
	return fmt.Errorf("netlink sockets are Linux's: %w", errors.ErrUnsupported)
}
