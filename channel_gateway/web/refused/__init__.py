"""Refused callbacks: counted, and the newest of them kept masked for an operator to look at."""
