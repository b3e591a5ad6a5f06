//go:build !unix

package main

import "math"

// mostClients is not limited.
func mostClients() int { return math.MaxInt }
