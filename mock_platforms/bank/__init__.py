"""A stand-in of the bank that keeps finance's collecting account (汇缴账户)."""

from mock_platforms.bank.routes import build

__all__ = ["build"]
