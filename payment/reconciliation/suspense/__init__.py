"""The suspense account (待处理款项): unknown money, entered and taken out by correction entries."""
