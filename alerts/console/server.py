"""Serves the pages from a thread of this process, beside the scheduler."""

import errno
import socket
import threading
from types import TracebackType
from typing import Self

import structlog
import uvicorn
from fastapi import FastAPI

from config.settings import Web

LAST_ANSWERS = 5  # seconds for what is being answered when the service ends

log = structlog.get_logger(__name__)


class CannotListen(Exception):
    """The address is taken or not ours; `advice` says which setting to change."""

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.advice = advice


class Server:
    """Listens from the beginning, so that a fault stops the start; answers while it is entered."""

    def __init__(self, app: FastAPI, web: Web) -> None:
        self._listener = _listen(web)
        self.port = int(self._listener.getsockname()[1])
        self.origin = f"http://{f'[{web.host}]' if ':' in web.host else web.host}:{self.port}"
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,  # addresses hold tokens
                lifespan="off",
                ws="none",
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=LAST_ANSWERS,
            )
        )
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._listener]}, name="console", daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        log.info("serving pages", address=self.origin)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()


def _listen(web: Web) -> socket.socket:
    try:
        family, *_, address = socket.getaddrinfo(web.host, web.port, type=socket.SOCK_STREAM)[0]
        return socket.create_server((str(address[0]), web.port), family=family, backlog=128)
    except OSError as error:
        where = f"{web.host}:{web.port}"
        if error.errno == errno.EADDRINUSE:
            advice = "Another program listens there. Set YAOXUN_WEB_PORT to a free port, or to 0 for any."
        elif error.errno in (errno.EACCES, errno.EPERM):
            advice = "This user may not take that port. Set YAOXUN_WEB_PORT to one above 1023."
        else:
            advice = "Set YAOXUN_WEB_HOST to an address of this machine, such as 127.0.0.1."
        raise CannotListen(f"No pages can be served at {where}: {error.strerror}", advice) from error
