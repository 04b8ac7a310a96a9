"""Where a review's texts are sealed: the places that are bound to them. Pure data."""

WORDS, NOTE = "reviews.words", "reviews.note"
