"""By which rules places are given out, and to whom how many. Pure."""
