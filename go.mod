module github.com/rouse-io/rouse

go 1.26.0

require (
	github.com/dave/jennifer v1.7.1
	github.com/google/go-cmp v0.7.0
	golang.org/x/sys v0.49.0
)

require golang.org/x/net v0.62.0

tool golang.org/x/sys/windows/mkwinsyscall
