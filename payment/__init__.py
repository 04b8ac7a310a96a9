"""A fee becomes money received, proven, settled once, and given back when it settles nothing."""
