package kqueue

import (
	"os"
	"testing"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/platformtest"
)

// Every system, played by a fake, over the sockets and pipes of Linux.
func TestConformance(t *testing.T) {
	for goos, s := range systems {
		t.Run(goos, func(t *testing.T) {
			platformtest.TestAs(t, goos, func() (platform.Poller, error) {
				p, _, err := openFake(s)
				return p, err
			})
		})
	}
}

func TestProcesses(t *testing.T) {
	for goos, s := range systems {
		t.Run(goos, func(t *testing.T) {
			fakes := make(map[platform.Handle]*fake)
			openProcess := func(p *os.Process) (platform.Handle, error) {
				f, err := newFake(s)
				if err != nil {
					return platform.NoHandle, err
				}
				h, err := OpenProcess(f, &f.dialect, p)
				if err == nil {
					fakes[h] = f
				}
				return h, err
			}
			closeProcess := func(h platform.Handle) error {
				err := CloseHandle(h)
				if err == nil {
					fakes[h].closeOthers()
				}
				return err
			}
			platformtest.TestProcesses(t, platformtest.Processes{Open: openProcess, Close: closeProcess}, func() (platform.Poller, error) {
				p, _, err := openFake(s)
				return p, err
			})
		})
	}
}
