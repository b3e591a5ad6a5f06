package emit

import (
	"path"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"
	"github.com/rouse-io/rouse/gen/spec"
)

// The package that the adapters for kqueue share, and the tag of its files: it
// compiles, and is tested, on every Unix.
const (
	kqueueDir  = "platform/internal/kqueue"
	kqueuePath = Module + "/" + kqueueDir
	kqueueTag  = "unix"
)

// kqueueID is a name of that package.
func kqueueID(name string) *jen.Statement { return jen.Qual(kqueuePath, name) }

// kqueue is the adapter for a system with kqueue: the system calls, and the
// struct that they read and fill. All else is shared.
func kqueue(t *spec.Target) []Output {
	outputs := append(
		structOutputs(t, "kevent", kqueueKevent),
		output(t, "poller_gen.go", kqueuePoller),
		output(t, "queue_gen.go", kqueueQueue),
		output(t, "consts_gen.go", assertConsts),
		output(t, "io_gen.go", kqueueIO),
		output(t, "signals_gen.go", kqueueSignals),
		output(t, "probe_gen.go", kqueueProbe),
	)
	if !t.RawCalls {
		return append(outputs, tagged(t, "calls_gen.go", t.GOOS, kqueueCalls))
	}
	return append(
		outputs,
		tagged(t, "raw_gen.go", t.GOOS+" && !race && !msan && !asan", kqueueRaw),
		tagged(t, "sanitized_gen.go", t.GOOS+" && (race || msan || asan)", kqueueCalls),
	)
}

// tagged is a file of a target's package with a build constraint of its own.
func tagged(t *spec.Target, name, tag string, emit func(*jen.File, *spec.Target)) Output {
	return Output{
		Path: path.Join(t.Package, name),
		Render: func() ([]byte, error) {
			f := newFile(t.Package, tag)
			emit(f, t)
			return render(f)
		},
	}
}

// kqueueShared are the files of the shared package: what the mechanism says, and
// a dialect for each system.
func kqueueShared() []Output {
	file := func(name string, emit func(*jen.File)) Output {
		return Output{
			Path: path.Join(kqueueDir, name),
			Render: func() ([]byte, error) {
				f := newFile(kqueueDir, kqueueTag)
				emit(f)
				return render(f)
			},
		}
	}
	outputs := []Output{
		file("flags_gen.go", kqueueFlags),
		file("decode_gen.go", kqueueDecode),
		file("errors_gen.go", kqueueErrors),
	}
	for _, t := range kqueueTargets() {
		outputs = append(outputs, file(t.GOOS+"_gen.go", func(f *jen.File) { kqueueDialect(f, t) }))
	}
	return outputs
}

// kqueueTargets are the systems with kqueue.
func kqueueTargets() []*spec.Target {
	return slices.DeleteFunc(slices.Clone(spec.Targets), func(t *spec.Target) bool { return t.Mechanism != spec.Kqueue })
}

// dialectName is what a system's dialect is called.
func dialectName(t *spec.Target) string {
	return strings.ToUpper(t.GOOS[:1]) + strings.ReplaceAll(t.GOOS[1:], "bsd", "BSD")
}
