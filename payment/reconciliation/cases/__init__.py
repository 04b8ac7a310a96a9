"""Differences that a person works on, from the first look to the reason that settles them."""
