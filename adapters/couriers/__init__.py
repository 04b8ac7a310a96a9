"""Couriers 快递: each a module of its own, named by the settings."""
