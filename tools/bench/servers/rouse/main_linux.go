// Rouse is the echo servers on package reactor and on netio: rouse style.
package main

import "github.com/rouse-io/rouse/tools/bench/internal/serving"

func main() {
	serving.Styled(map[string]serving.Server{
		"poll":      serving.OnHandle(servePoll),
		"drain":     serving.OnHandle(serveDrain),
		"async":     serving.OnHandle(serveAsync),
		"readiness": serving.OnHandle(serveReadiness),
		"netio":     listenNetio,
	})
}
