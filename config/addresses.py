"""Which IP addresses are public: the one test behind every guard against requests to one's own network."""

from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

# Python calls these global, or will one day: they carry or relay private IPv4, or were withdrawn.
DENIED = tuple(
    ip_network(network)
    for network in (
        "::ffff:0:0:0/96",  # translated IPv4: an IPv4 address stands inside
        "100.64.0.0/10",  # carrier-grade NAT
        "192.88.99.0/24",  # 6to4 relays, withdrawn
        "64:ff9b::/96",  # NAT64: an IPv4 address stands inside
        "64:ff9b:1::/48",  # NAT64 of one's own network
        "2001::/32",  # Teredo
        "2002::/16",  # 6to4
        "fec0::/10",  # site-local, withdrawn
    )
)


@cache
def is_public(ip: str) -> bool:
    """Tell whether an address may be reached on somebody else's behalf; anything that is no IP literal is not."""
    try:
        address = _unwrapped(ip_address(ip))
    except ValueError:
        return False
    if any(address.version == network.version and address in network for network in DENIED):
        return False
    return address.is_global and not address.is_multicast


def is_literal(host: str) -> bool:
    """Tell whether a host is an IP address rather than a name, in any spelling that a resolver would accept."""
    host = host.removeprefix("[").removesuffix("]")
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return _is_legacy_ipv4(host)
    return True


def _is_legacy_ipv4(host: str) -> bool:
    """2130706433, 0x7f000001, 0177.1 and 127.1 are all 127.0.0.1 to inet_aton."""
    parts = host.rstrip(".").split(".")
    return 1 <= len(parts) <= 4 and all(_is_number(part) for part in parts)  # noqa: PLR2004  four octets


def _is_number(part: str) -> bool:
    if part[:2].lower() == "0x":
        return all(digit in "0123456789abcdef" for digit in part[2:].lower())
    return part.isascii() and part.isdigit()


def _unwrapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address inside ::ffff:a.b.c.d and the deprecated ::a.b.c.d."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    low = int(address)
    return IPv4Address(low) if address in IPv6Network("::/96") else address
