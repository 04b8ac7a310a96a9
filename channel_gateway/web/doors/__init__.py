"""Doors: addresses for platforms that do not sign, behind a key and a list of networks."""
