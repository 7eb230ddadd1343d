"""One mission asked many times: its payload over one or two varied keys, each point verified."""
