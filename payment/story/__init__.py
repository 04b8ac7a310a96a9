"""Where is this citizen's money? All that is known of it, in words and in order of time."""
