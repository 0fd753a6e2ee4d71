"""A webhook that leads inside, by its address, its name or a redirect: no byte leaves, and that is recorded."""

import re
import socket
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from alerts.delivery import deliver_due
from alerts.demo.receivers.listening import Listening, Reply
from alerts.demo.receivers.wecom import Robot
from alerts.model import AttemptResult, DeliveryState
from alerts.store.deliveries import attempts_of
from alerts.store.secrets import Vault
from tests.channels.addresses import INSIDE, NO_WEB_ADDRESS
from tests.channels.conftest import OddServer
from tests.delivery.recorded import Clock, Recorded, attempt_both, hook_at, next_to, recorded, settings_with, size_of

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # what is recorded is not the database's

MakeOdd = Callable[[Callable[[socket.socket, threading.Event], None]], OddServer]
W, DEAD = DeliveryState.WAITING, DeliveryState.DEAD


def no_byte(found: Recorded, *, state: DeliveryState, words: str) -> None:
    result = AttemptResult.PERMANENT if state is DEAD else AttemptResult.RETRY
    assert (found.state, found.result, found.code, found.bytes) == (state, result, "guard", 0)
    assert re.match(f"not sent: .*{words}", found.answer)


@pytest.mark.parametrize("host", INSIDE)
def test_no_spelling_of_an_address_inside_gets_a_byte(
    engine: sa.Engine, vault: Vault, robot: Robot, odd_server: MakeOdd, host: str
) -> None:
    inside = odd_server(lambda connection, _over: connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n"))
    bad, good = hook_at(f"https://{host}:{inside.port}/"), next_to(robot)
    found = attempt_both(engine, vault, settings_with(robot), bad, good)
    state = W if host == "localhost" else DEAD  # a name can be set right; an address stays what it is
    no_byte(found, state=state, words="not (a )?public")
    assert inside.connections == 0


@pytest.mark.parametrize("url", NO_WEB_ADDRESS)
def test_what_is_no_web_address_is_given_up_with_a_reason(
    engine: sa.Engine, vault: Vault, robot: Robot, url: str
) -> None:
    good = next_to(robot)
    no_byte(attempt_both(engine, vault, settings_with(robot), hook_at(url), good), state=DEAD, words="")


@pytest.mark.parametrize("host", INSIDE)
def test_no_redirect_leads_inside(
    engine: sa.Engine, vault: Vault, robot: Robot, odd_server: MakeOdd, host: str
) -> None:
    inside = odd_server(lambda connection, _over: connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n"))
    location = f"http://{host}:{inside.port}/".encode("idna" if host == "127。0。0。1" else "ascii").decode()
    with Listening(lambda _request: Reply(307, b"", {"Location": location})) as elsewhere:
        settings = settings_with(robot, elsewhere.address)
        found = attempt_both(engine, vault, settings, hook_at(elsewhere.origin), next_to(robot))
    assert (found.state, found.result, found.code) == (W, AttemptResult.RETRY, "307")
    assert "never followed" in found.answer
    assert found.bytes == size_of("webhook")
    assert inside.connections == 0


def test_a_name_that_comes_to_lead_inside_gets_no_byte(
    engine: sa.Engine, vault: Vault, robot: Robot, odd_server: MakeOdd, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = odd_server(lambda connection, _over: connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n"))
    asked: list[str] = []
    leads_to: list[str] = []
    really = socket.getaddrinfo

    def resolve(host: str, port: int, *rest: int, **named: int) -> object:
        if host != "hooks.office.example":
            return really(host, port, *rest, **named)
        asked.append(host)
        if not leads_to:
            raise socket.gaierror(-2, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in leads_to]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    bad = hook_at(f"https://hooks.office.example:{inside.port}/")
    found = attempt_both(engine, vault, settings_with(robot), bad, next_to(robot))
    assert (found.state, found.result, found.code, found.bytes) == (W, AttemptResult.RETRY, "lookup", 0)
    clock = Clock()
    for addresses in (["127.0.0.1"], ["93.184.215.14", "127.0.0.1"], ["100.64.0.1"], ["::ffff:127.0.0.1"]):
        leads_to[:] = addresses
        clock.ahead += timedelta(days=1)
        deliver_due(engine, vault, settings_with(robot), now=clock, owner="one")
        no_byte(recorded(engine, 1), state=W, words=f"leads to {re.escape(addresses[-1])}, which is not public")
    with engine.begin() as connection:
        assert len(attempts_of(connection, 1)) == len(asked) == 5  # each looked up once: what was checked is used
    assert inside.connections == 0
