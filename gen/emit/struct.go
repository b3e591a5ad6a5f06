package emit

import (
	"path"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"
	"github.com/rouse-io/rouse/gen/spec"
)

// structOutputs are the files of the kernel's struct: one, and one more for each
// GOARCH that has fields of its own.
func structOutputs(t *spec.Target, name string, emit func(*jen.File, *spec.Target, []spec.StructField)) []Output {
	var special []string
	for _, x := range t.Event.Fields {
		if x.Only != "" && !slices.Contains(special, x.Only) {
			special = append(special, x.Only)
		}
	}
	output := func(name, tag, goarch string) Output {
		return Output{
			Path: path.Join(t.Package, name+"_gen.go"),
			Render: func() ([]byte, error) {
				f := newFile(t.Package, tag)
				emit(f, t, fieldsOn(t.Event, goarch))
				return render(f)
			},
		}
	}
	tags := []string{t.GOOS}
	var outputs []Output
	for _, goarch := range special {
		outputs = append(outputs, output(name+"_"+goarch, t.GOOS+" && "+goarch, goarch))
		tags = append(tags, "!"+goarch)
	}
	return append(outputs, output(name, strings.Join(tags, " && "), ""))
}

// fieldsOn are the fields that a GOARCH has.
func fieldsOn(s spec.Struct, goarch string) []spec.StructField {
	return slices.DeleteFunc(slices.Clone(s.Fields), func(x spec.StructField) bool {
		return x.Only != "" && x.Only != goarch
	})
}

// structFields are fields as Go has them.
func structFields(fields []spec.StructField) []jen.Code {
	var list []jen.Code
	for _, x := range fields {
		list = append(list, jen.Id(x.Name).Id(x.Type))
	}
	return list
}
