module github.com/rouse-io/rouse/examples/gateway

go 1.26.0

replace github.com/rouse-io/rouse => ../..

require github.com/gobwas/ws v1.5.0

require (
	github.com/rouse-io/rouse v0.0.0
	golang.org/x/sys v0.49.0
)

require github.com/gobwas/httphead v0.1.0 // indirect
