package serving

import (
	"strings"
	"testing"
)

func TestComputeKinds(t *testing.T) {
	if err := compute(""); err != nil {
		t.Errorf("nothing to compute: %v", err)
	}
	if err := compute("nonsense"); err == nil || !strings.Contains(err.Error(), "pieces or endless") {
		t.Errorf("got %v, want the kinds that there are", err)
	}
}
