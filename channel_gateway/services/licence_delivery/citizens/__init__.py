"""What the citizen asks for, changes, is shown and may have forgotten."""
