"""The platforms' bills: fetched for a day, kept as they came, each version of them."""
