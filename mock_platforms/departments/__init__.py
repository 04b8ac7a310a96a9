"""Stand-ins of the departments' own back ends: told of events, asked for seats, calling us."""

from mock_platforms.departments.routes import build

__all__ = ["build"]
