package scale

import "slices"

// median is the middle one, or the lower of the two.
func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[(len(v)-1)/2]
}
