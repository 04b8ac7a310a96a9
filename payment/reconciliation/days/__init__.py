"""A day of one payment method: its files, its sums, its differences, and its closing."""
