"""Is a department's back end as the contract wants it? Checks that ask it, faults included.

What it is held to: docs/reference/departments.md.
"""
