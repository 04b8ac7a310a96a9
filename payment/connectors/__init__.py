"""One folder per payment platform; each is a stranger to the others."""
