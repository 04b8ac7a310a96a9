"""Who works with the gateway: accounts, their tokens, and the trail of what they did."""
