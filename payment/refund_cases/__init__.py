"""Refunds as an approval flow 退付: applied for, verified by the unit, decided by finance."""
