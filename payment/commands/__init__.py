"""Payment's words for the command line."""
