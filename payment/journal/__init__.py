"""The money journal: what moved and what was booked, a link each on a chain that only grows."""
