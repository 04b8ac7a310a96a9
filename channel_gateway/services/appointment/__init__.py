"""Appointments: places in halls given out by rules, never twice."""
