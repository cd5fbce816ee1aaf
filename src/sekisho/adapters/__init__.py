"""The real ports: network, clock, browser, terminal, loopback. The only impure room."""
