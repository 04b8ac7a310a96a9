"""Whose an appointment is, what they agreed to, and what is forgotten."""
