package platformtest

import (
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
)

var allocations = []behaviour{
	{"Wait", allocWait},
	{"WaitTimeout", allocWaitTimeout},
	{"Wake", allocWake},
	{"Rearm", allocRearm},
	{"Modify", allocModify},
	{"Delete", allocDelete},
}

// runs is how often to measure an operation.
const runs = 100

// free checks that f does not allocate.
func (r *rig) free(f func() error) {
	r.Helper()
	if raceDetector {
		r.Skip("the race detector allocates")
	}
	var err error
	if n := testing.AllocsPerRun(runs, func() {
		if e := f(); e != nil {
			err = e
		}
	}); n != 0 {
		r.Errorf("%v allocations", n)
	}
	if err != nil {
		r.Error(err)
	}
}

func allocWait(r *rig) {
	for t := range platform.Token(10) {
		r.add(r.udp(), t, platform.Writable, platform.Level)
	}
	for _, d := range []time.Duration{-1, 0, time.Hour} {
		r.free(func() error {
			_, err := r.Wait(r.batch, d)
			return err
		})
	}
}

func allocWaitTimeout(r *rig) {
	for _, d := range []time.Duration{0, 10 * time.Microsecond, 100 * time.Microsecond} {
		r.free(func() error {
			_, err := r.Wait(r.batch, d)
			return err
		})
	}
}

func allocWake(r *rig) {
	r.free(r.Wake)
	r.free(func() error {
		if err := r.Wake(); err != nil {
			return err
		}
		_, err := r.Wait(r.batch, -1)
		return err
	})
}

func allocRearm(r *rig) {
	a, _ := r.tcpPair()
	r.add(a, 1, platform.Readable, platform.Edge)
	r.free(func() error { return r.Rearm(a.h, 1, platform.Readable) })
}

func allocModify(r *rig) {
	connected, _ := r.tcpPair()
	for _, s := range []*sock{r.udp(), r.tcp(), connected} {
		for _, in := range []platform.Interest{platform.Readable, platform.Readable | platform.Writable} {
			r.add(s, 1, in, platform.Edge)
			r.free(func() error { return r.Modify(s.h, 2, in, platform.Edge) })
			r.delete(s)
		}
	}
}

func allocDelete(r *rig) {
	socks := make([]*sock, runs+1)
	for i := range socks {
		socks[i] = r.udp()
		r.add(socks[i], platform.Token(i), platform.Readable, platform.Edge)
	}
	i := 0
	r.free(func() error {
		s := socks[i]
		i++
		return r.Delete(s.h)
	})
}
