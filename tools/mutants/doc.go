// Mutants puts mistakes into the reactor, one at a time, and sees that the
// scenarios of the model checker find them: each by the scenario that is there for
// it. It prints a line for each, and how many were killed of how many.
//
//	go run ./tools/mutants [-only name] [-some n]
//
// It is run from the root of the module, and changes no file there: the compiler is
// given the changed ones by an overlay. It ends with 1 if a mutant survives, or if
// the code has moved on and the mistake can't be put in any more.
package main
