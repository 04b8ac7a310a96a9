"""A day's books of one payment method, brought together from all sides for the matching."""
