package emit

import (
	"fmt"
	"path"
	"strings"

	"github.com/dave/jennifer/jen"
	"github.com/rouse-io/rouse/gen/spec"
)

// sockPackage has what differs between the systems' sockets.
const sockPackage = "internal/sock"

// sockets returns the files of package sock.
func sockets() []Output {
	outputs := []Output{{Path: path.Join(sockPackage, "options_gen.go"), Render: socketOptions}}
	for i := range spec.SocketFacts {
		s := &spec.SocketFacts[i]
		outputs = append(outputs, Output{
			Path: path.Join(sockPackage, s.GOOS+"_gen.go"),
			Render: func() ([]byte, error) {
				f := newFile(sockPackage, s.GOOS)
				socketFacts(f, s)
				return render(f)
			},
		})
	}
	other := func(name, tag string) Output {
		return Output{
			Path:   path.Join(sockPackage, name),
			Render: func() ([]byte, error) { return socketOther(tag, &spec.Sockets{}) },
		}
	}
	return append(outputs, other("other_unix_gen.go", "unix"), other("other_gen.go", "!unix"))
}

// socketOptions are the names of the options.
func socketOptions() ([]byte, error) {
	f := newFile(sockPackage, "")
	declare(f, "An Option is an option of sockets.", jen.Type().Id("Option").Uint8())
	var defs []jen.Code
	for i, o := range spec.SocketOptions {
		def := jen.Id(o.Name)
		if i == 0 {
			def = def.Id("Option").Op("=").Iota()
		}
		defs = append(defs, def.Comment(o.Doc))
	}
	declare(f, "The options. Not every system has all of them.", jen.Const().Defs(
		append(defs, jen.Line(), jen.Id("optionCount").Op("=").Iota())...,
	))
	return render(f)
}

// socketFacts is what one system's sockets are like.
func socketFacts(f *jen.File, s *spec.Sockets) {
	id := unixID
	if s.GOOS == "windows" {
		id = windowsID
	}
	name := func(n string) *jen.Statement {
		if s.Own(n) {
			return jen.Id(ownName(n))
		}
		return id(n)
	}
	if len(s.Consts) > 0 {
		var defs []jen.Code
		for _, c := range s.Consts {
			value := fmt.Sprintf("%#x", c.Value)
			if c.Value < 0 {
				value = fmt.Sprint(c.Value)
			}
			defs = append(defs, jen.Id(ownName(c.Name)).Op("=").Op(value))
		}
		declare(f, "What x/sys has not.", jen.Const().Defs(defs...))
	}
	values := jen.Dict{}
	for _, o := range spec.SocketOptions {
		if s.Has(o) {
			values[jen.Id(o.Name)] = jen.Values(id(o.Level), name(s.Opt(o)))
		}
	}
	declare(f, "options are the options that this system has.",
		jen.Var().Id("options").Op("=").Index(jen.Id("optionCount")).Id("option").Values(values))
	socketRules(f, s)
	if s.GOOS != "windows" {
		socketMakers(f, s)
	}
}

// socketRules are what a caller may rely on.
func socketRules(f *jen.File, s *spec.Sockets) {
	declare(f, "Inherits says that a connection that was accepted has its listener's options.",
		jen.Const().Id("Inherits").Op("=").Lit(s.Inherit))
	declare(f, "ShortReadDrains says that a short read of a TCP connection has emptied it, unless it was ever ready for Priority.",
		jen.Const().Id("ShortReadDrains").Op("=").Lit(s.ShortReadDrains))
	declare(f, "ShortWriteFills says that the next write would block after a short one.",
		jen.Const().Id("ShortWriteFills").Op("=").Lit(s.ShortWriteFills))
}

// socketMakers make sockets that are non-blocking and closed on exec.
func socketMakers(f *jen.File, s *spec.Sockets) {
	forked := func(name string) *jen.Statement { return jen.Qual(forkedPath, name) }
	flags := unixIDs("SOCK_NONBLOCK", "SOCK_CLOEXEC")
	maker, typ, accept := forked("Socket"), jen.Id("typ"), forked("Accept").Call(jen.Id("listener"))
	if s.Atomic {
		maker, typ, accept = unixID("Socket"), typ.Op("|").Add(flags), unixID("Accept4").Call(jen.Id("listener"), flags)
	}
	call := "accept"
	if s.Atomic {
		call = "accept4"
	}
	declare(f, "AcceptCall is the system call that takes a connection, as errors name it.",
		jen.Const().Id("AcceptCall").Op("=").Lit(call))
	declare(f, "socket makes a socket that is non-blocking and closed on exec.",
		jen.Func().Id("socket").Params(jen.List(jen.Id("family"), jen.Id("typ")).Int()).Params(jen.Int(), jen.Error()).Block(
			jen.Return(maker.Call(jen.Id("family"), typ, jen.Lit(0))),
		))
	if s.Raw {
		return
	}
	declare(f, "accept takes a connection, which is as its listener: non-blocking and closed on exec.",
		jen.Func().Id("accept").Params(jen.Id("listener").Int()).Params(jen.Int(), unixID("Sockaddr"), jen.Error()).Block(
			jen.Return(accept),
		))
}

// socketOther is for a system that the spec does not know.
func socketOther(tag string, s *spec.Sockets) ([]byte, error) {
	tags := []string{tag}
	for _, s := range spec.SocketFacts {
		tags = append(tags, "!"+s.GOOS)
	}
	f := newFile(sockPackage, strings.Join(tags, " && "))
	if tag == "unix" {
		declare(f, "options are none that are known of.", jen.Var().Id("options").Index(jen.Id("optionCount")).Id("option"))
		socketMakers(f, s)
	}
	socketRules(f, s)
	return render(f)
}
