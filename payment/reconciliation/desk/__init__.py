"""What staff see and do of reconciliation: the report, the cases, the suspense account."""
