"""A stand-in of the Alipay open platform's v2 gateway: strict, stateful, on the moved clock."""

from mock_platforms.alipay.routes import build

__all__ = ["build"]
