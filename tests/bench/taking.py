"""A receiver that takes every POST, over kept connections: `python -m tests.bench.taking DESCRIPTOR` of a listener."""

import asyncio
import socket
import sys
from contextlib import suppress

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


async def serve(descriptor: int) -> None:
    """Answer every POST with 200, connections kept."""
    server = await asyncio.start_server(converse, sock=socket.socket(fileno=descriptor))
    await server.serve_forever()


async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read requests and answer them until the client hangs up."""
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            await reader.readexactly(int(head.partition(b"content-length:")[2].partition(b"\r\n")[0]))
            writer.write(ANSWER)
    writer.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
