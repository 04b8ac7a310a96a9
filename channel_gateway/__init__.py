"""The stable middle: words (domain), sockets (ports), and the machine room (web, store, worker)."""

__version__ = "0.1.0"
