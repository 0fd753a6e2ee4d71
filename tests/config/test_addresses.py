"""The table of addresses that no request may reach, and the spellings they hide in."""

import pytest

from config.addresses import is_literal, is_public


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1",
        "127.8.9.10",
        "0.0.0.0",  # noqa: S104  an address to refuse, not to bind
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.88.99.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "fc00::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
        "localhost",
        "",
        "2130706433",
    ],
)
def test_is_not_public(ip: str) -> None:
    assert not is_public(ip)


@pytest.mark.parametrize("ip", ["8.8.8.8", "114.114.114.114", "::ffff:8.8.8.8", "2400:3200::1", "2606:4700::1111"])
def test_is_public(ip: str) -> None:
    assert is_public(ip)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "[::1]", "::1", "fe80::1%eth0", "2130706433", "0x7f000001", "127.1", "0177.0.0.1", "127.0.0.1."],
)
def test_is_an_address_in_disguise(host: str) -> None:
    assert is_literal(host)


@pytest.mark.parametrize("host", ["www.shencheng.example", "localhost", "1.2.3.4.5", "12306.cn", "0xyz", ""])
def test_is_a_name(host: str) -> None:
    assert not is_literal(host)
