package emit

import (
	"github.com/dave/jennifer/jen"
	"github.com/rouse-io/rouse/gen/spec"
)

// kqueueQueue is the type that makes the system calls.
func kqueueQueue(f *jen.File, t *spec.Target) {
	for _, l := range t.Mechanism.Limits {
		declare(f, l.Const+" is how long one call waits at most. "+l.Why,
			jen.Const().Id(l.Const).Op("=").Lit(l.Value).Op("*").Qual("time", "Second"))
	}
	declare(f, "A queue is a kqueue, and the memory that the kernel reads and fills.",
		jen.Type().Id("queue").Struct(
			jen.Id("fd").Int(),
			jen.Id("changes").Index(kqueueID("MaxChanges")).Id("kevent"),
			jen.Id("events").Index().Id("kevent"),
			jen.Id("timeout").Add(unixID("Timespec")),
		))
	f.Line()
	f.Var().Id("_").Add(kqueueID("Queue")).Op("=").Parens(jen.Op("*").Id("queue")).Call(jen.Nil())

	declare(f, "now is no time. The kernel only reads it.", jen.Var().Id("now").Add(unixID("Timespec")))
	declare(f, "openQueue opens a queue with room for events.",
		jen.Func().Id("openQueue").Params(jen.Id("events").Int()).Params(jen.Op("*").Id("queue"), jen.Error()).Block(
			jen.Id("q").Op(":=").Op("&").Id("queue").Values(
				field("events", jen.Make(jen.Index().Id("kevent"), jen.Id("events"))),
			),
			jen.If(jen.Err().Op(":=").Id("q").Dot("open").Call(), jen.Err().Op("!=").Nil()).Block(
				jen.Return(jen.Nil(), failure(jen.Lit("open"), noHandle(), nil, jen.Err())),
			),
			jen.Return(jen.Id("q"), jen.Nil()),
		))
	declare(f, "open opens the descriptor. No child inherits a kqueue; a program that this one becomes would.",
		receiver("q", "*queue").Id("open").Params().Error().Block(
			jen.List(jen.Id("fd"), jen.Err()).Op(":=").Add(unixID("Kqueue")).Call(),
			ifErr(jen.Return(syscallError("kqueue", jen.Err()))),
			unixID("CloseOnExec").Call(jen.Id("fd")),
			jen.Id("q").Dot("fd").Op("=").Id("fd"),
			jen.Return(jen.Nil()),
		))
	queueMethod(f, "FD", jen.Params().Int(), returns(jen.Id("q").Dot("fd")))
	changes := jen.Id("native").Call(jen.Id("changes"))
	queueMethod(f, "Change",
		jen.Params(jen.Id("list").Index().Add(kqueueID("Kevent"))).Params(jen.Int(), jen.Error()),
		block(
			jen.Id("changes").Op(":=").Id("q").Dot("changes").Index(jen.Op(":").Len(jen.Id("list"))),
			jen.For(jen.Id("i").Op(":=").Range().Id("list")).Block(
				jen.Id("changes").Index(jen.Id("i")).Dot("set").Call(jen.Op("&").Id("list").Index(jen.Id("i"))),
			),
			jen.List(jen.Id("n"), jen.Err()).Op(":=").Add(unixID("Kevent")).
				Call(jen.Id("q").Dot("fd"), changes, changes.Clone(), jen.Op("&").Id("now")),
			ifErr(jen.Return(jen.Lit(0), jen.Err())),
			jen.For(jen.Id("i").Op(":=").Range().Id("list").Index(jen.Op(":").Id("n"))).Block(
				jen.Id("list").Index(jen.Id("i")).Op("=").Id("changes").Index(jen.Id("i")).Dot("get").Call(),
			),
			jen.Return(jen.Id("n"), jen.Nil()),
		))
	queueMethod(f, "Trigger",
		jen.Params(jen.Id("change").Add(kqueueID("Kevent"))).Error(),
		block(
			jen.Var().Id("k").Index(jen.Lit(1)).Id("kevent"),
			jen.Id("k").Index(jen.Lit(0)).Dot("set").Call(jen.Op("&").Id("change")),
			jen.Return(jen.Id("trigger").Call(jen.Id("q").Dot("fd"), jen.Id("k").Index(jen.Op(":")))),
		))
	waitDoc := "Wait implements [kqueue.Queue]."
	if t.RawCalls {
		waitDoc += " With a timeout of 0 it is a raw system call."
	}
	declare(f, waitDoc, receiver("q", "*queue").Id("Wait").
		Params(jen.Id("n").Int(), timeoutParam).Params(jen.Int(), jen.Error()).Block(
		jen.Id("events").Op(":=").Id("q").Dot("events").Index(jen.Op(":").Id("n")),
		jen.Switch().Block(
			jen.Case(jen.Id("timeout").Op("<").Lit(0)).Block(
				jen.Return(unixID("Kevent").Call(jen.Id("q").Dot("fd"), jen.Nil(), jen.Id("native").Call(jen.Id("events")), jen.Nil())),
			),
			jen.Case(jen.Id("timeout").Op("==").Lit(0)).Block(
				jen.Return(jen.Id("probe").Call(jen.Id("q").Dot("fd"), jen.Id("events"))),
			),
		),
		jen.Id("q").Dot("timeout").Op("=").Add(unixID("NsecToTimespec")).
			Call(jen.Int64().Call(jen.Min(jen.Id("timeout"), jen.Id("longestWait")))),
		jen.Return(unixID("Kevent").Call(
			jen.Id("q").Dot("fd"), jen.Nil(), jen.Id("native").Call(jen.Id("events")), jen.Op("&").Id("q").Dot("timeout"),
		)),
	))
	queueMethod(f, "Event", jen.Params(jen.Id("i").Int()).Add(kqueueID("Kevent")),
		returns(jen.Id("q").Dot("events").Index(jen.Id("i")).Dot("get").Call()))
	queueMethod(f, "Close", jen.Params().Error(), returns(unixID("Close").Call(jen.Id("q").Dot("fd"))))
}

// queueMethod is a method of the queue.
func queueMethod(f *jen.File, name string, signature *jen.Statement, body jen.Code) {
	declare(f, name+" implements [kqueue.Queue].", receiver("q", "*queue").Id(name).Add(signature).Add(body))
}

// block is a body.
func block(body ...jen.Code) jen.Code { return jen.Block(body...) }

// kqueueCalls are the calls that can't block, by x/sys.
func kqueueCalls(f *jen.File, t *spec.Target) {
	if t.RawCalls {
		f.Line()
		f.Add(doc("The calls of raw_gen.go, such that the sanitizers see what the kernel reads and writes."))
	}
	declare(f, "probe takes what events there are.", probeHead().Block(
		jen.Return(unixID("Kevent").Call(jen.Id("fd"), jen.Nil(), jen.Id("native").Call(jen.Id("events")), jen.Op("&").Id("now"))),
	))
	declare(f, "trigger makes one change.", triggerHead().Block(
		jen.List(jen.Id("_"), jen.Err()).Op(":=").Add(unixID("Kevent")).
			Call(jen.Id("fd"), jen.Id("native").Call(jen.Id("change")), jen.Nil(), jen.Op("&").Id("now")),
		jen.Return(jen.Err()),
	))
	for _, name := range []string{"Read", "Write"} {
		f.Line()
		f.Add(transferHead(name).Block(
			jen.For().Block(
				jen.List(jen.Id("n"), jen.Err()).Op(":=").Add(unixID(name)).Call(jen.Id("fd"), jen.Id("p")),
				jen.If(jen.Err().Op("!=").Add(unixID("EINTR"))).Block(
					jen.Return(jen.Max(jen.Id("n"), jen.Lit(0)), jen.Err()),
				),
			),
		))
	}
}

// kqueueRaw are the same without telling Go's scheduler.
func kqueueRaw(f *jen.File, _ *spec.Target) {
	pointer := func(p jen.Code) jen.Code { return jen.Uintptr().Call(jen.Qual("unsafe", "Pointer").Call(p)) }
	data := func(list string) jen.Code { return pointer(jen.Qual("unsafe", "SliceData").Call(jen.Id(list))) }
	length := func(list string) jen.Code { return jen.Uintptr().Call(jen.Len(jen.Id(list))) }
	fd := jen.Uintptr().Call(jen.Id("fd"))
	kevent := func(result string, changes, nchanges, events, nevents jen.Code) jen.Code {
		return jen.List(jen.Id(result), jen.Id("_"), jen.Id("errno")).Op(":=").Add(unixID("RawSyscall6")).Call(
			unixID("SYS_KEVENT"), fd, changes, nchanges, events, nevents, pointer(jen.Op("&").Id("now")),
		)
	}
	failed := func(results ...jen.Code) jen.Code {
		return jen.If(jen.Id("errno").Op("!=").Lit(0)).Block(jen.Return(results...))
	}
	f.Line()
	f.Add(doc("The calls in this file can't block, so they are made without telling Go's scheduler. " +
		"A call that does tell it wakes the runtime's monitor thread if the program was idle, which costs more than the call."))
	f.Add(doc(""))
	f.Add(doc("The sanitizers must see what the kernel writes; sanitized_gen.go is for them."))
	declare(f, "probe takes what events there are.", probeHead().Block(
		kevent("n", jen.Lit(0), jen.Lit(0), data("events"), length("events")),
		failed(jen.Lit(0), jen.Id("errno")),
		jen.Return(jen.Int().Call(jen.Id("n")), jen.Nil()),
	))
	declare(f, "trigger makes one change.", triggerHead().Block(
		kevent("_", data("change"), length("change"), jen.Lit(0), jen.Lit(0)),
		failed(jen.Id("errno")),
		jen.Return(jen.Nil()),
	))
	declare(f, "transfer is a read or a write on a descriptor that doesn't block.",
		jen.Func().Id("transfer").Params(jen.Id("call").Uintptr(), jen.Id("fd").Int(), jen.Id("p").Index().Byte()).
			Params(jen.Int(), jen.Error()).Block(
			jen.Id("base").Op(":=").Qual("unsafe", "Pointer").Call(jen.Qual("unsafe", "SliceData").Call(jen.Id("p"))),
			jen.If(jen.Id("base").Op("==").Nil()).Block(
				jen.Id("base").Op("=").Qual("unsafe", "Pointer").Call(jen.Op("&").Id("nothing")),
			),
			jen.For().Block(
				jen.List(jen.Id("n"), jen.Id("_"), jen.Id("errno")).Op(":=").Add(unixID("RawSyscall")).
					Call(jen.Id("call"), fd, jen.Uintptr().Call(jen.Id("base")), length("p")),
				jen.Switch(jen.Id("errno")).Block(
					jen.Case(jen.Lit(0)).Block(jen.Return(jen.Int().Call(jen.Id("n")), jen.Nil())),
					jen.Case(unixID("EINTR")),
					jen.Default().Block(jen.Return(jen.Lit(0), jen.Id("errno"))),
				),
			),
		))
	declare(f, "nothing is what a nil slice points to: the kernel may refuse a nil address.", jen.Var().Id("nothing").Byte())
	for _, op := range []struct{ name, number string }{{"Read", "SYS_READ"}, {"Write", "SYS_WRITE"}} {
		f.Line()
		f.Add(transferHead(op.name).Add(returns(jen.Id("transfer").Call(unixID(op.number), jen.Id("fd"), jen.Id("p")))))
	}
}

func probeHead() *jen.Statement {
	return jen.Func().Id("probe").
		Params(jen.Id("fd").Int(), jen.Id("events").Index().Id("kevent")).
		Params(jen.Int(), jen.Error())
}

func triggerHead() *jen.Statement {
	return jen.Func().Id("trigger").Params(jen.Id("fd").Int(), jen.Id("change").Index().Id("kevent")).Error()
}

func transferHead(name string) *jen.Statement {
	return jen.Func().Id(lower(name)).
		Params(jen.Id("fd").Int(), jen.Id("p").Index().Byte()).
		Params(jen.Int(), jen.Error())
}
