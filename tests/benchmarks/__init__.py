"""How fast, against named references in the same run: `python -m tests.benchmarks`.

Never a test: pytest collects nothing here. What was seen last is in docs/reference/benchmarks.md.
"""
