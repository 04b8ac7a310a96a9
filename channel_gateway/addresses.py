"""Addresses in the settings: texts kept as given, and whether they lead to this machine. Pure."""

import re
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Annotated

from pydantic import AfterValidator, HttpUrl, ValidationError

_LAST_PORT = 65535
_MAPPED = 96  # bits of ::ffff:0.0.0.0/96
_WANTED = "an address is wanted, such as https://host.example"
Network = IPv4Network | IPv6Network
# As hosts files name it, beside what RFC 6761 says of `localhost`.
_LOOPBACK = {"localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback"}
# Where blanks and backslashes stand, one reader of addresses finds another host than the next.
_FORM = re.compile(r"https?://[^\s\\]+", re.IGNORECASE)


def http_address(text: str) -> str:
    """Return the text as it is. Raises `ValueError` when it is no address of http or https."""
    _parsed(text)
    return text


# A pydantic URL would write the text anew, but what is appended to it may be signed.
HttpAddress = Annotated[str, AfterValidator(http_address)]


def host_and_port(text: str) -> str:
    """Return the text as it is. Raises `ValueError` when it is no `host:port`; 0 is a port."""
    found = re.fullmatch(r"[^\s:]+:([0-9]{1,5})", text, re.ASCII)
    if found is None or int(found[1]) > _LAST_PORT:
        raise ValueError(f"host:port is wanted, the port not above {_LAST_PORT}")
    return text


HostPort = Annotated[str, AfterValidator(host_and_port)]
# Empty: nowhere.
HostPortOrNot = Annotated[str, AfterValidator(lambda text: text and host_and_port(text))]


def is_https(url: str) -> bool:
    return _parsed(url).scheme == "https"


def leads_here(url: str) -> bool:
    """Whether a call of this address stays on this machine. Raises `ValueError` for no address.

    Loopback however it is written (`127.1`, `2130706433`, `localhost.`, `[::ffff:127.0.0.1]`), and
    the unspecified address, to which a connection is one to this machine.
    """
    host = (_parsed(url).host or "").strip("[]")
    address = _ip(host)
    return is_loopback(host) or (address is not None and address.is_unspecified)


def is_loopback(host: str) -> bool:
    name = host.lower().rstrip(".")
    if name in _LOOPBACK or name.endswith(".localhost"):  # RFC 6761, section 6.3
        return True
    address = _ip(name)
    return address is not None and address.is_loopback


def network(text: str) -> Network:
    """`203.0.113.0/24`, or a lone address. Raises `ValueError`.

    What is written as `::ffff:203.0.113.0/120` is the same: so callers are compared.
    """
    try:
        found = ip_network(text)
    except ValueError:
        raise ValueError("a network is wanted, such as 203.0.113.0/24 or 2001:db8::/32") from None
    mapped = getattr(found.network_address, "ipv4_mapped", None)
    if mapped is None:  # one that is mapped ends in the 96th bit or later: that bit is set
        return found
    return IPv4Network((mapped, found.prefixlen - _MAPPED))


# Kept as given: `network` makes one of it.
NetworkText = Annotated[str, AfterValidator(lambda text: network(text) and text)]


def _parsed(text: str) -> HttpUrl:
    """Read it as browsers do, who take numbers in every notation for an IPv4 address."""
    if not _FORM.fullmatch(text):
        raise ValueError(_WANTED)
    try:
        return HttpUrl(text)
    except ValidationError:
        raise ValueError(_WANTED) from None  # its own words show the text


def _ip(host: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(host)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
