"""What was said between us and platforms, finance and our own worker: words, never money."""
