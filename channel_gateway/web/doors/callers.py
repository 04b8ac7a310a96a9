"""Who calls: the socket's address, or the one our own reverse proxies vouch for. Pure."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

from channel_gateway.addresses import Network, network

Address = IPv4Address | IPv6Address

FORWARDED_FOR = "x-forwarded-for"
THIS_MACHINE: tuple[Network, ...] = (network("127.0.0.0/8"), network("::1/128"))


def caller(
    peer: str, fields: Iterable[tuple[str, str]], proxies: Sequence[Network]
) -> Address | None:
    """The right-most address that is no proxy of ours; None where nobody can say.

    What stands left of it in X-Forwarded-For a stranger may have written. A header that comes more
    than once is read as one list, in the order it came (RFC 9110, section 5.3).
    """
    address = _address(peer)
    if address is None or not within(address, proxies):
        return address
    said = [
        one for name, value in fields if name.lower() == FORWARDED_FOR for one in value.split(",")
    ]
    while said and address is not None and within(address, proxies):
        address = _address(said.pop().strip())
    return address


def within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)


def _address(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
