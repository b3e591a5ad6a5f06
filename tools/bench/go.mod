module github.com/rouse-io/rouse/tools/bench

go 1.26.0

replace github.com/rouse-io/rouse => ../..

require (
	github.com/rouse-io/rouse v0.0.0
	golang.org/x/sys v0.49.0
)
