// Matrix builds, vets and tests the module for every system and architecture that
// the spec names, as far as this machine can, and prints a table of what came of
// it: a row for each, with how its tests are run, how many passed, failed and were
// skipped, and why nothing was run where nothing was.
//
//	go run ./tools/matrix [-only linux/amd64,windows/]
//
// Every other pair of "go tool dist list" is built, too. It ends with 1 if
// anything failed.
package main
