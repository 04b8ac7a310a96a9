"""Who gets a place, however many ask at once: the gateway's own places, and a department's."""
