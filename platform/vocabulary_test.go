package platform_test

import (
	"testing"

	"github.com/rouse-io/rouse/platform"
)

func TestInterestString(t *testing.T) {
	for in, want := range map[platform.Interest]string{
		0:                                     "none",
		platform.Readable:                     "readable",
		platform.Writable:                     "writable",
		platform.Priority:                     "priority",
		platform.Readable | platform.Writable: "readable|writable",
		platform.AllInterests:                 "readable|writable|priority",
		1 << 7:                                "0x80",
		platform.Writable | 1<<3 | 1<<7:       "writable|0x88",
	} {
		if got := in.String(); got != want {
			t.Errorf("Interest(%#x).String() = %q, want %q", uint8(in), got, want)
		}
	}
}

func TestReadyString(t *testing.T) {
	for is, want := range map[platform.Ready]string{
		0:                                  "none",
		platform.ReadyReadable:             "readable",
		platform.ReadyWritable:             "writable",
		platform.ReadyReadClosed:           "read-closed",
		platform.ReadyWriteClosed:          "write-closed",
		platform.ReadyPriority:             "priority",
		platform.ReadyError:                "error",
		platform.AllReady:                  "readable|writable|read-closed|write-closed|priority|error",
		1 << 15:                            "0x8000",
		platform.ReadyError | 1<<6 | 1<<15: "error|0x8040",
	} {
		if got := is.String(); got != want {
			t.Errorf("Ready(%#x).String() = %q, want %q", uint16(is), got, want)
		}
	}
}

func TestModeString(t *testing.T) {
	for m, want := range map[platform.Mode]string{
		platform.Edge:    "edge",
		platform.Level:   "level",
		platform.OneShot: "one-shot",
		3:                "Mode(3)",
		255:              "Mode(255)",
	} {
		if got := m.String(); got != want {
			t.Errorf("Mode(%d).String() = %q, want %q", uint8(m), got, want)
		}
	}
}

func TestIsValid(t *testing.T) {
	for i := range 256 {
		in := platform.Interest(i)
		if got, want := in.IsValid(), i >= 1 && i <= 7; got != want {
			t.Errorf("Interest(%#x).IsValid() = %v", i, got)
		}
		m := platform.Mode(i)
		if got, want := m.IsValid(), i <= 2; got != want {
			t.Errorf("Mode(%d).IsValid() = %v", i, got)
		}
	}
}

// The zero Mode is Edge, and the zero Interest asks for nothing.
func TestZeroValues(t *testing.T) {
	var m platform.Mode
	var in platform.Interest
	if m != platform.Edge || !m.IsValid() || in.IsValid() || in.Ready() != 0 {
		t.Errorf("%v, %v, %v", m, in, in.Ready())
	}
}

// Each predicate looks at its own bits alone, and a direction that has come to
// its end is ready.
func TestReadyPredicates(t *testing.T) {
	const (
		r, w, rc, wc = platform.ReadyReadable, platform.ReadyWritable, platform.ReadyReadClosed, platform.ReadyWriteClosed
		p, e         = platform.ReadyPriority, platform.ReadyError
	)
	for is := platform.Ready(0); is <= platform.AllReady; is++ {
		for _, c := range []struct {
			name string
			got  bool
			bits platform.Ready
		}{
			{"IsReadable", is.IsReadable(), r | rc},
			{"IsWritable", is.IsWritable(), w | wc},
			{"IsReadClosed", is.IsReadClosed(), rc},
			{"IsWriteClosed", is.IsWriteClosed(), wc},
			{"IsPriority", is.IsPriority(), p},
			{"IsError", is.IsError(), e},
		} {
			if want := is&c.bits != 0; c.got != want {
				t.Errorf("(%v).%s() = %v", is, c.name, c.got)
			}
		}
		if is.IsEmpty() != (is == 0) {
			t.Errorf("(%v).IsEmpty() = %v", is, is.IsEmpty())
		}
		for bits := platform.Ready(0); bits <= platform.AllReady; bits++ {
			if got, want := is.Has(bits), is|bits == is; got != want {
				t.Fatalf("(%v).Has(%v) = %v", is, bits, got)
			}
		}
	}
}

// The sets say what the single bits say: an error concerns both directions and
// every interest, and the closed bits alone are final.
func TestReadySets(t *testing.T) {
	if platform.ReadyRead|platform.ReadyWrite != platform.AllReady || platform.ReadyRead&platform.ReadyWrite != platform.ReadyError {
		t.Errorf("directions: %v and %v", platform.ReadyRead, platform.ReadyWrite)
	}
	if platform.ReadyFinal != platform.ReadyReadClosed|platform.ReadyWriteClosed {
		t.Errorf("final: %v", platform.ReadyFinal)
	}
	for in, want := range map[platform.Interest]platform.Ready{
		platform.Readable:     platform.ReadyReadable | platform.ReadyReadClosed | platform.ReadyError,
		platform.Writable:     platform.ReadyWrite,
		platform.Priority:     platform.ReadyPriority | platform.ReadyReadClosed | platform.ReadyError,
		platform.AllInterests: platform.AllReady,
		1 << 7:                0,
	} {
		if got := in.Ready(); got != want {
			t.Errorf("(%v).Ready() = %v, want %v", in, got, want)
		}
	}
	if got, want := (platform.Readable | platform.Writable).Ready(), platform.AllReady&^platform.ReadyPriority; got != want {
		t.Errorf("both directions: %v, want %v", got, want)
	}
}
