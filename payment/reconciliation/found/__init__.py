"""What a day's matching found: each difference once, with what became of it."""
