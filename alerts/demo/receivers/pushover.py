"""A stand-in of Pushover, which Apprise speaks to: form fields, a token, 1024 characters."""

from typing import Unpack
from urllib.parse import parse_qs

from alerts.demo.receivers.listening import Reply, Request
from alerts.demo.receivers.strict import Clocks, Fault, Strict, as_json

PATH = "/1/messages.json"
MOST_CHARACTERS, TITLE = 1024, 250


class Pushover(Strict):
    """Takes messages of one application to one user."""

    def __init__(self, user: str = "u" * 30, *, token: str = "a" * 30, **clocks: Unpack[Clocks]) -> None:
        super().__init__(**clocks)
        self.user, self.token = user, token

    @property
    def url(self) -> str:
        """Where the service takes messages."""
        return f"{self.origin}{PATH}"

    @property
    def target(self) -> str:
        """The address as Apprise writes it."""
        return f"pover://{self.user}@{self.token}"

    def judge(self, request: Request) -> tuple[str, Reply]:
        """Look at keys and sizes."""
        fields = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        if fields.get("token") != self.token or fields.get("user") != self.user:
            raise Fault(as_json(401, {"status": 0, "errors": ["application token is invalid"]}))
        title, message = fields.get("title", ""), fields.get("message", "")
        if not message.strip() or len(message) > MOST_CHARACTERS or len(title) > TITLE:
            raise Fault(as_json(400, {"status": 0, "errors": ["message or title"]}))
        return f"{title}\n{message}", as_json(200, {"status": 1, "request": "647d2300-702c-4b38-8b2f-d56326ae460b"})
