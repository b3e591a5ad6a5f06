//go:build !race

package platformtest

// raceDetector: the race detector is off.
const raceDetector = false
