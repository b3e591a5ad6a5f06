//go:build race

package platformtest

// raceDetector: the race detector is on, and allocates.
const raceDetector = true
