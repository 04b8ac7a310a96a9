"""Scaffolds: plug-ins that are complete and true from the first minute, to be changed then."""
