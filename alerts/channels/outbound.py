"""The only outgoing HTTP: no private address, no redirect, no proxy, a cap on bytes and on time."""

import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, NamedTuple, cast

import httpcore
import httpx

from alerts.channels.base import ChannelError
from alerts.channels.guard import REMEMBERED, Deadline, GuardedBackend, Resolve, admit, system_addresses
from alerts.channels.trust import fault_in_words, tls_context
from config.settings import Settings

MOST_BYTES = 65_536
MOST_WORDS = 300
SHORTEST_SECRET = 12
KEPT_SECONDS = 5.0  # an idle connection; long before receivers close theirs, so that nothing is lost between
LONGEST_WAIT = 86_400.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver said. The body ends at the cap, at the time limit, or where the connection broke."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    bytes: int  # that went out as the body of the request
    secrets: tuple[str, ...] = field(default=(), repr=False)  # parts of the address that the record must not hold

    @property
    def words(self) -> str:
        """The body as one line for the record; an address that the receiver repeats is hidden."""
        text = " ".join(self.body.decode("utf-8", "replace").split())
        for secret in self.secrets:
            text = text.replace(secret, "…")
        return text[:MOST_WORDS]

    @property
    def json(self) -> Any:  # noqa: ANN401  anything that JSON can say
        """The body as JSON; None when it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def retry_after(self, now: datetime) -> float | None:
        """Seconds to wait by the Retry-After header, given as seconds or as a date."""
        given = self.headers.get("retry-after", "").strip()
        seconds = float(given) if given.isascii() and given.isdigit() else _seconds_until(given, now)
        return None if seconds is None else min(max(seconds, 0.0), LONGEST_WAIT)


class Reach(NamedTuple):
    """What the connections of a pool may reach, and how."""

    scheme: str
    allow: tuple[str, ...]
    resolve: Resolve


class Lines(threading.local):
    """The connections that this thread keeps open, by what they may reach; None outside of kept_open."""

    kept: dict[Reach, tuple[httpcore.ConnectionPool, Deadline]] | None = None


_lines = Lines()


@contextmanager
def kept_open() -> Iterator[None]:
    """Let what this thread sends inside the block share connections: each leads to the address that was checked."""
    if _lines.kept is not None:
        yield
        return
    _lines.kept = {}
    try:
        yield
    finally:
        kept, _lines.kept = _lines.kept, None
        for pool, _ in kept.values():
            pool.close()


def post(
    url: str,
    *,
    content: bytes,
    headers: Mapping[str, str],
    settings: Settings,
    resolve: Resolve = system_addresses,
) -> Answer:
    """POST to a receiver and return its answer whatever its status; raise ChannelError when there is none."""
    parsed = admit(url, settings.delivery.allow)
    every_header = {
        "Host": parsed.netloc.decode("ascii"),
        "Accept-Encoding": "identity",
        "User-Agent": "Yaoxun",
        "Content-Length": str(len(content)),
        **headers,
    }
    target = httpcore.URL(scheme=parsed.raw_scheme, host=parsed.raw_host, port=parsed.port, target=parsed.raw_path)
    with _explained(parsed, len(content)), _pool(parsed.scheme, settings, resolve) as pool:
        request = httpcore.Request("POST", target, headers=list(every_header.items()), content=content)
        response = pool.handle_request(request)
        try:
            said = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            return Answer(response.status, said, _capped(response), len(content), _secrets(parsed))
        finally:
            response.close()


def post_json(url: str, body: str, settings: Settings, headers: Mapping[str, str] | None = None) -> Answer:
    """POST a JSON text, as `post` does."""
    every_header = {"Content-Type": "application/json", **(headers or {})}
    return post(url, content=body.encode(), headers=every_header, settings=settings)


def reach(url: str, settings: Settings, *, resolve: Resolve = system_addresses) -> str:
    """Connect to a receiver, agree on TLS and hang up; return what was seen."""
    parsed = admit(url, settings.delivery.allow)
    backend = GuardedBackend(settings.delivery.allow, Deadline(settings.delivery.timeout), resolve)
    port = parsed.port or (443 if parsed.scheme == "https" else 80)
    with _explained(parsed, 0):
        stream = backend.connect_tcp(parsed.raw_host.decode("ascii"), port)
        address = stream.get_extra_info("server_addr")[0]
        if parsed.scheme == "https":
            stream = stream.start_tls(tls_context(), parsed.raw_host.decode("ascii"))
        stream.close()
    secured = "its certificate is valid" if parsed.scheme == "https" else "without TLS"
    return f"{parsed.host}:{port} answers at {address}, {secured}"


@lru_cache(REMEMBERED)
def _secrets(url: httpx.URL) -> tuple[str, ...]:
    """Return the long pieces of an address's path and query, the longest first: with robots they are the key."""
    pieces = [url.raw_path.decode("ascii"), *url.path.split("/"), *(value for _, value in url.params.multi_items())]
    return tuple(sorted({piece for piece in pieces if len(piece) >= SHORTEST_SECRET}, key=len, reverse=True))


@contextmanager
def _pool(scheme: str, settings: Settings, resolve: Resolve) -> Iterator[httpcore.ConnectionPool]:
    """Yield the pool that this thread keeps, its time begun anew; outside of kept_open one that ends with the block."""
    key = Reach(scheme, tuple(settings.delivery.allow), resolve)
    timeout = settings.delivery.timeout
    if _lines.kept is None:
        with _opened(key, Deadline(timeout)) as pool:
            yield pool
        return
    if key not in _lines.kept:
        deadline = Deadline(timeout)
        _lines.kept[key] = (_opened(key, deadline), deadline)
    pool, deadline = _lines.kept[key]
    deadline.set(timeout)
    yield pool


def _opened(key: Reach, deadline: Deadline) -> httpcore.ConnectionPool:
    return httpcore.ConnectionPool(
        ssl_context=tls_context() if key.scheme == "https" else None,
        network_backend=GuardedBackend(key.allow, deadline, key.resolve),
        retries=0,
        keepalive_expiry=KEPT_SECONDS,
    )


def _capped(response: httpcore.Response) -> bytes:
    """Read the body as it came, undecoded. The status is known, so a body that breaks off breaks nothing."""
    body = b""
    try:
        for chunk in cast("Iterable[bytes]", response.iter_stream()):
            body += chunk
            if len(body) >= MOST_BYTES:
                break
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError):
        pass
    return body[:MOST_BYTES]


@contextmanager
def _explained(url: httpx.URL, size: int) -> Iterator[None]:
    """Turn every way a connection can fail into a ChannelError whose sentence names the receiver."""
    host = url.host
    try:
        yield
    except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
        # httpcore drops the cause on its way out; the context stays
        reason = fault_in_words(error.__cause__ or error.__context__) or "no connection within the time limit"
        raise ChannelError(f"{host} cannot be reached: {reason}", code="connect") from error
    except httpcore.TimeoutException as error:
        raise ChannelError(
            f"{host} did not answer within the time limit", code="timeout", unknown=True, sent=size
        ) from error
    except (httpcore.NetworkError, httpcore.RemoteProtocolError) as error:
        said = f"{host} broke off before it answered: {error}"
        raise ChannelError(said, code="broken", unknown=True, sent=size) from error
    except (httpcore.LocalProtocolError, httpcore.UnsupportedProtocol) as error:
        raise ChannelError(f"no such request can be made to {host}: {error}", code="request", permanent=True) from error


def _seconds_until(date: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - now).total_seconds()
