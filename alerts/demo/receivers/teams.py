"""A Teams workflow as strict as the real one: an Adaptive Card in a message, at most 28 kB, 202 once accepted."""

from typing import Any, Unpack

from alerts.demo.receivers.listening import Reply, Request
from alerts.demo.receivers.strict import Clocks, Fault, Strict, as_json, read_object, text_in

PATH = "/powerautomate/automations/direct/workflows/0123456789abcdef/triggers/manual/paths/invoke"
CARD = "application/vnd.microsoft.card.adaptive"
MOST_BYTES = 28 * 1024
LOOKS = {"size": {"small", "default", "medium", "large"}, "weight": {"lighter", "default", "bolder"}}


class Teams(Strict):
    """Takes one card a message for one signature; `contents` holds the text of its blocks.

    `told_inside` lets it answer 200 whatever Teams says to the card, and say that in words, as connectors did.
    """

    rates = ((4, 1.0), (100, 60.0))

    def __init__(self, signature: str = "s" * 43, *, told_inside: bool = False, **clocks: Unpack[Clocks]) -> None:
        super().__init__(**clocks)
        self.signature = signature
        self.told_inside = told_inside

    @property
    def url(self) -> str:
        """The whole address, as the workflow shows it."""
        return f"{self.origin}{PATH}?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig={self.signature}"

    def judge(self, request: Request) -> tuple[str, Reply]:
        """Look at signature, size and card."""
        if request.path != PATH:
            raise Fault(failed(404, "WorkflowNotFound"))
        if request.query.get("sig") != self.signature:
            raise Fault(failed(401, "DirectApiAuthorizationRequired"))
        if len(request.body) > MOST_BYTES:
            raise Fault(inside(413) if self.told_inside else failed(413, "RequestEntityTooLarge"))
        message = read_object(request, lambda _what: failed(400, "InvalidRequestContent"))
        attachments = message.get("attachments")
        if message.get("type") != "message" or not isinstance(attachments, list) or len(attachments) != 1:
            raise Fault(failed(400, "TriggerInputSchemaMismatch"))
        if text_in(attachments, 0, "contentType") != CARD:
            raise Fault(failed(400, "TriggerInputSchemaMismatch"))
        return _card(attachments[0].get("content")), Reply(202)

    def too_often(self) -> Reply:
        """Answer as documented."""
        if self.told_inside:
            return inside(429)
        return as_json(429, {"error": {"code": "TooManyRequests"}}, {"Retry-After": "60"})


def failed(status: int, code: str) -> Reply:
    """Return a failure in the manner of a workflow."""
    return as_json(status, {"error": {"code": code, "message": code}})


def inside(status: int) -> Reply:
    """Return a failure that Teams told the workflow, in words inside a 200."""
    told = f"Microsoft Teams endpoint returned HTTP error {status} with ContextId tcid=0,server=SG2PEPF0,cv=a.0.."
    return Reply(200, f"Webhook message delivery failed with error: {told}".encode(), {"Content-Type": "text/plain"})


def _card(card: Any) -> str:  # noqa: ANN401  whatever came
    body = card.get("body") if isinstance(card, dict) else None
    if text_in(card, "type") != "AdaptiveCard" or text_in(card, "version") not in {"1.2", "1.3", "1.4", "1.5"}:
        raise Fault(failed(400, "InvalidCard"))
    if not isinstance(body, list) or not body:
        raise Fault(failed(400, "InvalidCard"))
    shown = "\n".join(_text_block(one) for one in body)
    for entity in card.get("msteams", {}).get("entities", []):
        if text_in(entity, "text") not in shown or not text_in(entity, "mentioned", "id"):
            raise Fault(failed(400, "InvalidMention"))
    return shown


def _text_block(block: Any) -> str:  # noqa: ANN401  whatever came
    text = text_in(block, "text")
    if text_in(block, "type") != "TextBlock" or not text.strip():
        raise Fault(failed(400, "InvalidCard"))
    if any(block.get(look, "default") not in known for look, known in LOOKS.items()):
        raise Fault(failed(400, "InvalidCard"))
    return text
