"""The machine room behind the web: what must still happen, and what happens every so often."""
