package emit

import (
	"fmt"

	"github.com/dave/jennifer/jen"
	"github.com/rouse-io/rouse/gen/spec"
)

// kqueuePoller is what a system's package offers: the shared poller over the
// system's own queue.
func kqueuePoller(f *jen.File, t *spec.Target) {
	f.PackageComment(systemDoc(t))
	inner := jen.Id("p").Dot("kqueue")
	declare(f, "A Poller is a kqueue. Package platform has its contract.",
		jen.Type().Id("Poller").Struct(jen.Id("kqueue").Add(kqueueID("Poller"))))
	f.Line()
	f.Var().Id("_").Add(platformID("Poller")).Op("=").Parens(jen.Op("*").Id("Poller")).Call(jen.Nil())

	declare(f, "Open makes a Poller.",
		jen.Func().Id("Open").Params().Params(jen.Op("*").Id("Poller"), jen.Error()).Block(
			jen.List(jen.Id("q"), jen.Err()).Op(":=").Id("openQueue").Call(kqueueID("Batch")),
			ifErr(jen.Return(jen.Nil(), jen.Err())),
			jen.Id("p").Op(":=").New(jen.Id("Poller")),
			jen.If(
				jen.Err().Op(":=").Add(inner).Dot("Open").Call(jen.Id("q"), jen.Op("&").Add(kqueueID(dialectName(t)))),
				jen.Err().Op("!=").Nil(),
			).Block(jen.Return(jen.Nil(), jen.Err())),
			jen.Return(jen.Id("p"), jen.Nil()),
		))
	for _, m := range []struct {
		name, text string
		params     []jen.Code
		args       []jen.Code
		results    *jen.Statement
	}{
		{"Add", "", []jen.Code{handleParam(), tokenParam, interestParam, modeParam}, ids("h", "t", "in", "m"), jen.Error()},
		{"Modify", "", []jen.Code{handleParam(), tokenParam, interestParam, modeParam}, ids("h", "t", "in", "m"), jen.Error()},
		{"Delete", "", []jen.Code{handleParam()}, ids("h"), jen.Error()},
		{"Rearm", " The kernel has edges: it makes no system call.", []jen.Code{handleParam(), tokenParam, interestParam}, ids("h", "t", "in"), jen.Error()},
		{"Wait", waitText(t), []jen.Code{eventsParam, timeoutParam}, ids("events", "timeout"), jen.Params(jen.Int(), jen.Error())},
		{"Wake", "", nil, nil, jen.Error()},
		{"Close", "", nil, nil, jen.Error()},
	} {
		declare(f, m.name+" implements [platform.Poller]."+m.text,
			method(m.name).Params(m.params...).Add(m.results).Block(
				jen.Return(inner.Clone().Dot(m.name).Call(m.args...)),
			))
	}
	f.Line()
	f.Add(doc("OpenProcess returns a handle that is readable once p has ended, for good: a kqueue that watches p and nothing else. " +
		"It is the caller's own, for [CloseHandle], and stays p's whatever happens to p: p may be waited for, released and reaped at any time."))
	f.Add(doc(""))
	f.Add(doc("The error of a process that was waited for is os.ErrProcessDone, and so, on some systems, is that of one that " +
		"has ended and was not; that of one that was released, or is nil, is platform.ErrInvalid."))
	f.Add(jen.Func().Id("OpenProcess").Params(jen.Id("p").Op("*").Qual("os", "Process")).
		Params(platformID("Handle"), jen.Error()).Block(
		jen.List(jen.Id("q"), jen.Err()).Op(":=").Id("openQueue").Call(jen.Lit(0)),
		ifErr(jen.Return(noHandle(), jen.Err())),
		jen.Return(kqueueID("OpenProcess").Call(jen.Id("q"), jen.Op("&").Add(kqueueID(dialectName(t))), jen.Id("p"))),
	))
	declare(f, "CloseHandle closes a handle of [OpenProcess] or [OpenSignals]. Delete it from its Poller before.",
		jen.Func().Id("CloseHandle").Params(handleParam()).Error().Add(returns(kqueueID("CloseHandle").Call(jen.Id("h")))))
}

// waitText is what to know about Wait.
func waitText(t *spec.Target) string {
	if t.RawCalls {
		return " It blocks the OS thread; a timeout of 0 is a raw system call."
	}
	return " It blocks the OS thread."
}

// ids are identifiers.
func ids(names ...string) []jen.Code {
	var list []jen.Code
	for _, name := range names {
		list = append(list, jen.Id(name))
	}
	return list
}

// kqueueIO is reading and writing for those who have a handle alone.
func kqueueIO(f *jen.File, t *spec.Target) {
	thread, raw := "its thread", ""
	if t.RawCalls {
		thread, raw = "Go's scheduler", " is a raw system call,"
	}
	for _, op := range []struct{ name, text string }{
		{"Read", fmt.Sprintf("Read is read(2) on a handle that is non-blocking: on another one it would hold up %s. It%s is made again when it was interrupted, "+
			"and does not allocate. The error is a bare unix.Errno, unix.EAGAIN where the read would block; 0 and nil is the end of the stream.", thread, raw)},
		{"Write", "Write is write(2) on a handle that is non-blocking, as Read is read(2). It may write less than all of p."},
	} {
		declare(f, op.text, transfer(op.name, "p").Block(
			jen.If(jen.Id("h").Op(">").Qual("math", "MaxInt32")).Block(jen.Return(jen.Lit(0), unixID("EBADF"))),
			jen.Return(jen.Id(lower(op.name)).Call(jen.Int().Call(jen.Id("h")), jen.Id("p"))),
		))
	}
}
