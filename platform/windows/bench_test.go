//go:build windows

package windows

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"testing"
	"time"
	"unsafe"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/windows/internal/winapi"
	"golang.org/x/sys/windows"
)

// A bare is what the adapter cannot do without: polls, and packets.
type bare struct {
	afd, port windows.Handle
	pin       runtime.Pinner
	polls     []*barePoll
	packets   [batch]winapi.Packet
}

type barePoll struct {
	iosb windows.IO_STATUS_BLOCK
	info pollInfo
	base windows.Handle
}

func newBare(b *testing.B, sockets []platform.Handle) *bare {
	b.Helper()
	port, err := openPort()
	need(b, err)
	afd, err := openAFD()
	need(b, err)
	_, err = windows.CreateIoCompletionPort(afd, port, 0, 0)
	need(b, err)
	x := &bare{afd: afd, port: port}
	for _, s := range sockets {
		base, err := baseOf(s)
		need(b, err)
		p := &barePoll{base: base}
		x.pin.Pin(p)
		x.polls = append(x.polls, p)
	}
	b.Cleanup(func() {
		_ = windows.CloseHandle(afd)
		_ = windows.CloseHandle(port)
		x.pin.Unpin()
	})
	return x
}

// cycle arms all and takes what they say.
func (x *bare) cycle(b *testing.B) {
	for i, p := range x.polls {
		p.info = pollInfo{Timeout: math.MaxInt64, NumberOfHandles: 1, Handle: uintptr(p.base), Events: arm(writable)}
		info := unsafe.Pointer(&p.info)
		status := winapi.NtDeviceIoControlFile(x.afd, 0, 0, uintptr(i+1), &p.iosb, ioctlAfdPoll, info, pollInfoSize, info, pollInfoSize)
		if int32(status) < 0 {
			b.Fatal(status)
		}
	}
	for left := len(x.polls); left > 0; {
		n, err := wait(x.port, x.packets[:], -1)
		need(b, err)
		left -= n
	}
}

// BenchmarkCycle arms sockets that are ready and takes what is reported, by
// turns with the adapter and with nothing but the same system calls. The ratio
// is how fast the adapter is of the bare calls: the median of the turns, so that
// it says the same on a machine that has other things to do.
func BenchmarkCycle(b *testing.B) {
	for _, n := range []int{1, groupSize} {
		sockets := make([]platform.Handle, n)
		for i := range sockets {
			sockets[i] = socket(b, windows.SOCK_DGRAM)
			bind(b, sockets[i])
		}
		for _, m := range []platform.Mode{platform.Edge, platform.Level} {
			b.Run(fmt.Sprintf("%v,%d", m, n), func(b *testing.B) {
				x := newBare(b, sockets)
				r := newRig(b)
				for i, s := range sockets {
					r.add(s, platform.Token(i), writable, m)
				}
				events := make([]platform.Event, batch)
				cycle := func() {
					for left := n; left > 0; {
						k, err := r.Wait(events, -1)
						need(b, err)
						left -= k
					}
					if m != platform.Edge {
						return
					}
					for i, s := range sockets {
						r.rearm(s, platform.Token(i), writable)
					}
				}
				benchRatio(b, n, cycle, func() { x.cycle(b) })
			})
		}
	}
}

// benchRatio measures two ways to do n things by turns.
func benchRatio(b *testing.B, n int, adapter, bare func()) {
	const turn = 20
	ways := [2]func(){adapter, bare}
	var spent [2]time.Duration
	var ratios []float64
	cycles := 0
	for b.Loop() {
		var took [2]time.Duration
		for i := range ways {
			i ^= len(ratios) & 1 // who comes second is at an advantage
			start := time.Now()
			for range turn {
				ways[i]()
			}
			took[i] = time.Since(start)
			spent[i] += took[i]
		}
		cycles += turn * n
		ratios = append(ratios, float64(took[1])/float64(took[0]))
	}
	slices.Sort(ratios)
	b.ReportMetric(float64(cycles)/spent[0].Seconds(), "cycles/s")
	b.ReportMetric(float64(cycles)/spent[1].Seconds(), "bare-cycles/s")
	b.ReportMetric(ratios[len(ratios)/2], "ratio")
	b.ReportMetric(0, "ns/op")
}
