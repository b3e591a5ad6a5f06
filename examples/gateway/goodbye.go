package main

import (
	"fmt"

	"github.com/gobwas/ws"
)

// A goodbye is why a connection ends, as the close frame says it.
type goodbye struct {
	code   ws.StatusCode // 0: the frame gives none
	reason string
}

// goingAway is what is said at the end of the gateway.
var goingAway = &goodbye{ws.StatusGoingAway, "the gateway ends"}

// answer is the goodbye to a client whose close frame has that payload.
func answer(payload []byte) *goodbye {
	if len(payload) == 0 {
		return &goodbye{}
	}
	code, reason := ws.ParseCloseFrameData(payload)
	if err := ws.CheckCloseFrameData(code, reason); err != nil {
		return &goodbye{ws.StatusProtocolError, err.Error()}
	}
	return &goodbye{code: code}
}

func (g *goodbye) Error() string { return fmt.Sprintf("%d %s", g.code, g.reason) }

// frame is the close frame.
func (g *goodbye) frame() []byte {
	if g.code.Empty() {
		return ws.MustCompileFrame(ws.NewCloseFrame(nil))
	}
	return ws.MustCompileFrame(ws.NewCloseFrame(ws.NewCloseFrameBody(g.code, g.reason)))
}
