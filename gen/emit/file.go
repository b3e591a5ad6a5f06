package emit

import (
	"bytes"
	"fmt"
	"go/format"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"
)

// The packages that generated code imports.
const (
	platformPath = Module + "/platform"
	gatePath     = Module + "/internal/gate"
	unixPath     = "golang.org/x/sys/unix"
	windowsPath  = "golang.org/x/sys/windows"
	winapiPath   = Module + "/platform/windows/internal/winapi"
	forkedPath   = Module + "/internal/sock/forked"
)

// newFile begins a file of the package at dir, for systems that satisfy tag.
func newFile(dir, tag string) *jen.File {
	f := jen.NewFilePathName(path.Join(Module, dir), path.Base(dir))
	if tag == "" {
		f.HeaderComment(Header)
	} else {
		f.HeaderComment(Header + "\n\n//go:build " + tag)
	}
	for _, p := range []string{platformPath, gatePath, kqueuePath, unixPath, windowsPath, winapiPath, forkedPath, "math/rand/v2"} {
		f.ImportName(p, path.Base(strings.TrimSuffix(p, "/v2")))
	}
	return f
}

// render returns the text of a file.
func render(f *jen.File) ([]byte, error) {
	var b bytes.Buffer
	if err := f.Render(&b); err != nil {
		return nil, err
	}
	return format.Source(groupImports(b.Bytes()))
}

var importBlock = regexp.MustCompile(`(?s)\nimport \(\n(.*?)\n\)\n`)

// groupImports sets the standard library apart; jennifer writes one group.
func groupImports(source []byte) []byte {
	return importBlock.ReplaceAllFunc(source, func(block []byte) []byte {
		lines := strings.Split(string(importBlock.FindSubmatch(block)[1]), "\n")
		isOther := func(line string) bool { return strings.Contains(line, ".") }
		others := slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return !isOther(line) })
		standard := slices.DeleteFunc(lines, isOther)
		slices.SortFunc(others, byPath)
		slices.SortFunc(standard, byPath)
		return fmt.Appendf(nil, "\nimport (\n%s\n\n%s\n)\n", strings.Join(standard, "\n"), strings.Join(others, "\n"))
	})
}

// byPath orders imports by what is in quotes.
func byPath(a, b string) int {
	_, a, _ = strings.Cut(a, `"`)
	_, b, _ = strings.Cut(b, `"`)
	return strings.Compare(a, b)
}

// Comments are wrapped where they reach this column, a tab counting as 4.
const width = 80

// comment is a comment at the given depth of indentation.
func comment(depth int, text string) jen.Code {
	lines := wrap(text, width-len("// ")-depth*4)
	return jen.Comment("// " + strings.Join(lines, "\n// "))
}

// doc is a comment at the top level.
func doc(text string) jen.Code { return comment(0, text) }

// wrap breaks a text at spaces into lines of at most n runes, where it can.
func wrap(text string, n int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		switch {
		case line == "":
			line = word
		case len([]rune(line))+1+len([]rune(word)) > n:
			lines = append(lines, line)
			line = word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}

// declare adds a documented declaration, and a blank line before it.
func declare(f *jen.File, text string, code *jen.Statement) {
	f.Line()
	f.Add(doc(text))
	f.Add(code)
}
