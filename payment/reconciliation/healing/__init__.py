"""What the gateway puts right by itself, and how it says so."""
