"""Figures for finance staff: what moved, what differs, what waits, as spreadsheets and CSV."""
