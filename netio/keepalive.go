package netio

import (
	"net"
	"time"

	"github.com/rouse-io/rouse/internal/sock"
	"github.com/rouse-io/rouse/reactor"
)

// What package net sets where nothing else is asked for.
const (
	defaultIdle     = 15 * time.Second
	defaultInterval = 15 * time.Second
	defaultCount    = 9
)

// setKeepAlive sets the options.
func setKeepAlive(h reactor.Handle, config net.KeepAliveConfig) error {
	if err := sock.SetBool(h, sock.KeepAlive, config.Enable); err != nil {
		return err
	}
	return setKeepAliveTimes(h, config)
}

// setKeepAliveTimes sets when a peer is asked, and how often. 0 means the
// default, below 0 as it is.
func setKeepAliveTimes(h reactor.Handle, config net.KeepAliveConfig) error {
	values := []struct {
		option        sock.Option
		given, preset int
	}{
		{sock.KeepIdle, seconds(config.Idle), seconds(defaultIdle)},
		{sock.KeepInterval, seconds(config.Interval), seconds(defaultInterval)},
		{sock.KeepCount, config.Count, defaultCount},
	}
	for _, v := range values {
		if v.given == 0 {
			v.given = v.preset
		}
		if v.given < 0 || !sock.Has(v.option) {
			continue
		}
		if err := sock.Set(h, v.option, v.given); err != nil {
			return err
		}
	}
	return nil
}

// seconds rounds up, and keeps the sign.
func seconds(d time.Duration) int {
	if d < 0 {
		return -1
	}
	return int((d + time.Second - 1) / time.Second)
}

// prepare sets what a TCP connection begins with: no delay, and keep-alive as it
// was asked for. As with package net, that it can't be set is no reason to give
// the connection up.
func prepare(h reactor.Handle, config net.KeepAliveConfig) {
	_ = sock.SetNoDelay(h, true)
	if config.Enable {
		_ = setKeepAlive(h, config)
	}
}

// keepAlive is what to do about a config, and about the older field beside it
// that package net has, too.
func keepAlive(period time.Duration, config net.KeepAliveConfig) net.KeepAliveConfig {
	if config.Enable || period < 0 {
		return config
	}
	return net.KeepAliveConfig{Enable: true, Idle: period}
}
