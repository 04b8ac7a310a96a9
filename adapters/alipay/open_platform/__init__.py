"""Alipay's open-platform gateway, version 2 (`gateway.do`): one client for login and for money.

Source of every protocol fact here: opendocs.alipay.com, "open platform gateway" (read 2026-09),
checked against answers and callbacks that Alipay really signed
(tests/vectors/alipay_connector.json).
"""
