"""The web edge: sockets outside, values inside; aiohttp stops at app, serving, outbound."""
