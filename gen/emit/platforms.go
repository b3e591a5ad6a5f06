package emit

import (
	"strings"

	"github.com/rouse-io/rouse/gen/spec"
)

// platforms is the table of the systems, and of how each is tested, that the
// README shows.
func platforms() ([]byte, error) {
	d := &document{}
	var rows [][]string
	for _, t := range spec.Targets {
		adapter := "not yet: `native.Open` returns `errors.ErrUnsupported`"
		if t.Adapter {
			adapter = code(t.Package)
		}
		rows = append(rows, []string{t.Title, t.Mechanism.Name, adapter, testedHow(t)})
	}
	d.table([]string{"system", "mechanism", "adapter", "tested how"}, rows)
	return d.Bytes(), nil
}

// testedHow says what is done with each of a target's ports. Without an adapter
// there is nothing to run.
func testedHow(t *spec.Target) string {
	byTest := make(map[spec.Test][]string)
	for _, p := range t.Ports {
		test := p.Test
		if !t.Adapter {
			test = spec.Compile
		}
		name := p.GOARCH
		if p.GOOS != t.GOOS {
			name = p.String()
		}
		byTest[test] = append(byTest[test], name)
	}
	var parts []string
	for _, way := range []struct {
		test spec.Test
		how  string
	}{
		{spec.Native, "run"},
		{spec.QEMU, "run under qemu-user"},
		{spec.Wine, "run under Wine"},
		{spec.Runner, "by the workflow, on a machine of its own"},
		{spec.VM, "by the workflow, in a virtual machine"},
		{spec.Compile, "vetted"},
	} {
		if names := byTest[way.test]; len(names) > 0 {
			parts = append(parts, way.how+": "+strings.Join(names, ", "))
		}
	}
	return strings.Join(parts, "; ")
}
