"""Which addresses a message may go to: public ones, and those of one's own network that the operator named."""

import re
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

import httpcore
import httpx

from alerts.channels.base import ChannelError
from config.addresses import is_literal, is_public

ADVICE = "name it in YAOXUN_DELIVERY_ALLOW if it is inside your own network"
LAST_PORT = 65_535
REMEMBERED = 1_000  # addresses: each is read for every message
HOST = re.compile(rb"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+(%[A-Za-z0-9]+)?")  # a name or IPv4; IPv6

Resolve = Callable[[str, int], Sequence[str]]
"""The IP addresses of a host, in the order to try them; raises OSError when it has none."""


def system_addresses(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[4][0]) for address in found))


@lru_cache(REMEMBERED)
def parse_url(url: str) -> httpx.URL:
    """Read the address of a receiver; raise ValueError naming what is wrong with it."""
    try:
        parsed = httpx.URL(url.strip())
        parsed.raw_host.decode("ascii").encode("idna")
    except (httpx.InvalidURL, UnicodeError) as error:
        raise ValueError(f"this is no web address: {error}") from error
    if parsed.scheme not in {"http", "https"}:
        raise ValueError("a web address begins with https://")
    if not HOST.fullmatch(parsed.raw_host):
        raise ValueError("the address names no host")
    if parsed.port is not None and not 0 < parsed.port <= LAST_PORT:
        raise ValueError(f"there is no port {parsed.port}")
    if parsed.userinfo:
        raise ValueError("a user name or password cannot stand in the address")
    return parsed


def admit(url: str, allow: Sequence[str]) -> httpx.URL:
    """Read an address and refuse what no lookup could make right; the rest is checked on connecting."""
    try:
        parsed = parse_url(url)
    except ValueError as error:
        raise _refused(str(error)) from error
    port = parsed.port or (443 if parsed.scheme == "https" else 80)
    if is_allowed(parsed.host, port, allow):
        return parsed
    if is_literal(parsed.host) and not is_public(parsed.host):
        raise _refused(f"{parsed.host} is not a public address; {ADVICE}")
    if parsed.scheme != "https":
        raise _refused(f"{parsed.host} would get the message unencrypted; use https, or {ADVICE}")
    return parsed


def is_allowed(host: str, port: int, allow: Iterable[str]) -> bool:
    """Tell whether the operator named this host, or host:port, as reachable."""
    host = host.lower().rstrip(".")
    bracketed = f"[{host}]" if ":" in host else host
    return any(entry.strip().lower() in {host, bracketed, f"{bracketed}:{port}"} for entry in allow)


class Deadline:
    """When the exchange under way must be over; a connection that is kept gets a new moment for each."""

    def __init__(self, seconds: float) -> None:
        self.set(seconds)

    def set(self, seconds: float) -> None:
        """Allow so many seconds from now."""
        self.moment = time.monotonic() + seconds

    def left(self, late: type[Exception]) -> float:
        """Return the seconds that are left; raise `late` when none are."""
        left = self.moment - time.monotonic()
        if left <= 0:
            raise late("the time limit has passed")
        return left


class GuardedBackend(httpcore.NetworkBackend):
    """Connects to the very addresses it has checked, so that no second lookup can lead elsewhere."""

    def __init__(self, allow: Sequence[str], deadline: Deadline, resolve: Resolve = system_addresses) -> None:
        self._allow = allow
        self._deadline = deadline
        self._resolve = resolve
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Try the checked addresses in order; what is left of the time is shared among them."""
        del timeout, local_address
        addresses = self._checked(host, port)
        fault: Exception = httpcore.ConnectError("the name has no address")
        for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            share = self._deadline.left(httpcore.ConnectTimeout) / left
            try:
                stream = self._inner.connect_tcp(address, port, timeout=share, socket_options=socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                fault = error
                continue
            return TimedStream(stream, self._deadline)
        raise fault

    def _checked(self, host: str, port: int) -> Sequence[str]:
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise ChannelError(f"{host} has no address: {error}", code="lookup") from error
        if is_allowed(host, port, self._allow):
            return addresses
        for address in addresses:
            if not is_public(address):
                # a name can be set right again, so the message waits
                raise _refused(f"{host} leads to {address}, which is not public; {ADVICE}", permanent=False)
        return addresses


class TimedStream(httpcore.NetworkStream):
    """A connection whose every step ends at one deadline: a receiver that drips bytes cannot hold a delivery."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what has come."""
        del timeout
        return self._stream.read(max_bytes, self._deadline.left(httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write everything."""
        del timeout
        self._stream.write(buffer, self._deadline.left(httpcore.WriteTimeout))

    def close(self) -> None:
        """Hang up."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Agree on TLS; the certificate must bear the host's name, not the address's."""
        del timeout
        left = self._deadline.left(httpcore.ConnectTimeout)
        return TimedStream(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401  what it is depends on the question
        """Tell what the connection knows of itself."""
        return self._stream.get_extra_info(info)


def _refused(reason: str, *, permanent: bool = True) -> ChannelError:
    return ChannelError(f"not sent: {reason}", code="guard", permanent=permanent)
