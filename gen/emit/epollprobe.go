package emit

import (
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"
	"github.com/rouse-io/rouse/gen/spec"
)

// epollProbe is what poll(2) and epoll have in common.
func epollProbe(f *jen.File, t *spec.Target) {
	m := t.Mechanism
	names := slices.Clone(m.Unasked)
	for _, a := range m.Arms {
		names = append(names, a.Flags...)
	}
	declare(f, "unasked has what the kernel says whatever it is asked.",
		jen.Const().Id("unasked").Op("=").Add(unixIDs(m.Unasked...)))
	var body []jen.Code
	for _, name := range names {
		body = append(body, zero(unixID(strings.TrimPrefix(name, "E")).Op("-").Add(unixID(name))))
	}
	declare(f, "What poll(2) says is what epoll says, so that one function decodes both. This doesn't compile where the numbers differ.",
		assertion(body...))
}
