"""Payment's words on the command line."""
