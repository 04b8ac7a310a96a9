"""A stand-in of a finance authority's non-tax system: notices, confirmations, receipts, refunds."""

from mock_platforms.finance.routes import build

__all__ = ["build"]
