"""A fee paid before the visit: the place is held until then."""
