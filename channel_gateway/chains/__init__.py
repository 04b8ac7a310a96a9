"""Append-only chains in the store, in which each link carries the hash of the one before it."""

from channel_gateway.chains.stored import CHAINS, StoredChain, StoredChains

__all__ = ["CHAINS", "StoredChain", "StoredChains"]
