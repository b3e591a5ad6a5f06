package peers

import "testing"

func TestUnits(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{times.text(0), "0.00 µs"},
		{times.text(4567), "4.57 µs"},
		{times.text(9996), "10.0 µs"},
		{times.text(123_456), "123 µs"},
		{times.text(1_500_000), "1.50 ms"},
		{times.text(2e9), "2.00 s"},
		{memory.text(-0.3), "0 B"},
		{memory.text(249.6), "250 B"},
		{memory.text(-12), "-12 B"},
		{memory.text(11_800), "11.8 kB"},
		{ratios.text(0.854), "0.85"},
		{times.spread(figure{2_000_000, 999_000, 31_000_000}), "2.00 (1.00–31.0) ms"},
		{ratios.spread(figure{1, 0.5, 12.34}), "1.00 (0.50–12.3)"},
	} {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}
