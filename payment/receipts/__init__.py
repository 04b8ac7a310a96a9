"""E-receipts (财政电子票据): kept, chased, printed, and verified by whoever holds one."""
