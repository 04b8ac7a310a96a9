"""The whole stage on one machine: gateway, store, stand-ins, and a fee's journeys played on it."""

from channel_gateway.demo.play import play_demo

__all__ = ["play_demo"]
