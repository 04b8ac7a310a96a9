"""What is shown of a delivery in words: ours, and those of couriers that name nobody."""
