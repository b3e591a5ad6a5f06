// Rouse is the echo servers on package reactor, on netio and on park: rouse style.
package main

import "github.com/rouse-io/rouse/tools/bench/internal/serving"

func main() {
	serving.Styled(map[string]serving.Server{
		"poll":      serving.OnHandle(servePoll),
		"blocking":  serving.OnHandle(serveBlocking),
		"drain":     serving.OnHandle(serveDrain),
		"async":     serving.OnHandle(serveAsync),
		"readiness": serving.OnHandle(serveReadiness),
		"netio":     listenNetio,
		"parked":    listenParked,
	})
}
