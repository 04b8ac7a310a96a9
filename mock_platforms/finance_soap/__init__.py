"""A stand-in of a Zhejiang-type public payment platform, which pulls notices and pushes results."""

from mock_platforms.finance_soap.desk import build

__all__ = ["build"]
