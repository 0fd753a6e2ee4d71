"""A small strict IMAP4rev1 server on loopback: one login, one folder, the commands that reading bounces needs."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Folder:
    """Mails by UID, and those that were seen."""

    port: int = 0
    password: str = "word"
    mails: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)  # commands that keep to no rule


class Handler(socketserver.StreamRequestHandler):
    folder: Folder

    def handle(self) -> None:
        self.state = "greeted"
        self._say("* OK IMAP4rev1 ready")
        while line := self.rfile.readline():
            tag, _, rest = line.decode().rstrip("\r\n").partition(" ")
            verb = rest.upper()
            if verb.startswith("LOGOUT"):
                self._say("* BYE", f"{tag} OK bye")
                return
            self._answer(tag, rest)

    def _answer(self, tag: str, rest: str) -> None:
        if rest.upper().startswith("CAPABILITY"):
            self._say("* CAPABILITY IMAP4rev1", f"{tag} OK done")
        elif found := re.fullmatch(r'LOGIN (\S+) "(.*)"', rest):
            good = found[2] == self.folder.password
            self.state = "known" if good else self.state
            self._say(f"{tag} OK in" if good else f"{tag} NO [AUTHENTICATIONFAILED] wrong")
        elif rest.startswith("SELECT ") and self.state == "known":
            if rest.split()[1].strip('"') != "INBOX":
                self._say(f"{tag} NO no such folder")
                return
            self.state = "selected"
            self._say(f"* {len(self.folder.mails)} EXISTS", "* FLAGS (\\Seen)", f"{tag} OK [READ-WRITE] selected")
        elif rest == "UID SEARCH UNSEEN" and self.state == "selected":
            unseen = " ".join(str(uid) for uid in sorted(set(self.folder.mails) - self.folder.seen))
            self._say(f"* SEARCH {unseen}".rstrip(), f"{tag} OK searched")
        elif (found := re.fullmatch(r"UID FETCH (\d+) \(BODY\.PEEK\[\]\)", rest)) and self.state == "selected":
            mail = self.folder.mails[int(found[1])]
            self.wfile.write(f"* 1 FETCH (UID {found[1]} BODY[] {{{len(mail)}}}\r\n".encode() + mail + b")\r\n")
            self._say(f"{tag} OK fetched")
        elif (found := re.fullmatch(r"UID STORE (\d+) \+FLAGS \(\\Seen\)", rest)) and self.state == "selected":
            self.folder.seen.add(int(found[1]))
            self._say(f"* 1 FETCH (FLAGS (\\Seen) UID {found[1]})", f"{tag} OK stored")
        else:
            self.folder.refused.append(rest)
            self._say(f"{tag} BAD not now")

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


@contextmanager
def serving() -> Iterator[Folder]:
    """Serve until the block ends."""
    folder = Folder()
    handler = type("Bound", (Handler,), {"folder": folder})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        folder.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield folder
        finally:
            server.shutdown()
            thread.join()
