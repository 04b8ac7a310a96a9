"""The words of the field. Everything here is pure."""
