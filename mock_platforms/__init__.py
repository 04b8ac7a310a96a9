"""Stand-ins of every platform round the gateway. They share no code with what they test."""
