"""What arrived in the demo, as a reader would see it."""

import email
import email.policy
from collections import Counter
from email.message import EmailMessage
from pathlib import Path

from alerts.demo.journey import Journey
from alerts.store.destinations import list_destinations

MOST_LINES = 12  # of a chat's message


def summary(journey: Journey) -> list[tuple[str, str, str, str, str]]:
    """Return a row per destination: name, channel, notices, messages, and how they arrived."""
    stage = journey.stage
    with journey.work.engine.begin() as connection:
        destinations = list_destinations(connection, journey.work.vault)
    messages = Counter(outcome.delivery.destination_id for outcome in journey.outcomes)
    notices = Counter[int]()
    for digest in journey.digests:
        notices[digest.destination_id] += digest.notices
    shape = {
        "email": f"{sum(path.stat().st_size for path in stage.mailbox.messages):,} bytes of mail",
        "wecom": f"{size_of('wecom', journey):,} bytes of markdown, each ≤ 4,096",
        "dingtalk": f"{size_of('dingtalk', journey):,} bytes of signed markdown, each ≤ 20,000",
        "feishu": f"{size_of('feishu', journey):,} bytes of signed cards, each ≤ 20,480",
        "slack": f"{size_of('slack', journey):,} bytes of blocks, each message ≤ 50",
        "webhook": f"{len(stage.hook.events)} events with valid signatures",
    }
    return [
        (str(one.id), one.channel, str(notices[one.id]), str(messages[one.id]), shape[one.channel])
        for one in destinations
    ]


def size_of(channel: str, journey: Journey) -> int:
    """Return how many bytes a chat shows."""
    return sum(len(text.encode()) for text in journey.stage.chats[channel].contents)


def chats(journey: Journey) -> list[tuple[str, str]]:
    """Return the beginning of what each chat shows, by channel."""
    stage = journey.stage
    shown = ((channel, chat.contents[0].splitlines()) for channel, chat in stage.chats.items() if chat.contents)
    return [(channel, "\n".join(lines[:MOST_LINES] + ["…"] * (len(lines) > MOST_LINES))) for channel, lines in shown]


def arrived(journey: Journey) -> list[str]:
    """Return the text of each mail, as it stands in the mailbox."""
    return [_part(_mail(path), "plain") for path in journey.stage.mailbox.messages]


def keep_pages(journey: Journey) -> list[Path]:
    """Write what each receiver got beside the mails as pages to open, and return all the paths."""
    kept: list[Path] = []
    for path in journey.stage.mailbox.messages:
        page = path.with_suffix(".html")
        page.write_text(_part(_mail(path), "html"), encoding="utf-8")
        kept += [path, page]
    for channel, chat in journey.stage.chats.items():
        for number, text in enumerate(chat.contents, 1):
            page = journey.stage.folder / f"{channel}-{number}.md"
            page.write_text(text, encoding="utf-8")
            kept.append(page)
    for number, body in enumerate(journey.stage.hook.bodies.values(), 1):
        page = journey.stage.folder / f"webhook-{number}.json"
        page.write_bytes(body)
        kept.append(page)
    return kept


def _mail(path: Path) -> EmailMessage:
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()) if part else ""
