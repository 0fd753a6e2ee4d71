"""What operators are told of the sources: one note a run with every change of state, and what to do about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from alerts.channels.base import Note
from alerts.channels.phrases import phrases
from alerts.channels.wording import line
from alerts.model import Destination, Subscriber
from alerts.notes import live_places, send_note
from alerts.reasons import reason_in
from alerts.store.secrets import Vault
from alerts.store.subscribers import list_subscribers
from config.settings import Settings
from crawler.archive.healths import Change, mark_told, untold_changes
from crawler.rhythm import State
from crawler.sources import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingResult:
    """How many changes were told, in how many notes."""

    changes: int = 0
    notes: int = 0


LABELS: Mapping[str, Mapping[State, str]] = {
    "zh": {
        State.NEW: "未读过",
        State.FRESH: "恢复正常",
        State.LATE: "该更新而未更新",
        State.STALE: "久未更新",
        State.BLOCKED: "拒绝访问",
        State.BROKEN: "无法读取",
    },
    "en": {
        State.NEW: "not read yet",
        State.FRESH: "well again",
        State.LATE: "late",
        State.STALE: "stale",
        State.BLOCKED: "blocked",
        State.BROKEN: "broken",
    },
}
ADVICE: Mapping[str, Mapping[State, str]] = {
    "zh": {
        State.LATE: "暂不必处理；若网站上已有新内容，请运行 yaoxun sources check {id}",
        State.STALE: "请在浏览器中打开栏目，看它是否已搬家或停更；停更可运行 yaoxun sources disable {id}",
        State.BLOCKED: "请在浏览器中打开栏目；网站若要求验证，请与其管理者联系，或运行 yaoxun sources disable {id}",
        State.BROKEN: "请运行 yaoxun sources check {id}；版面若已改变，请运行 yaoxun sources add '{url}' --again",
    },
    "en": {
        State.LATE: "nothing to do yet; if the site shows news, run yaoxun sources check {id}",
        State.STALE: "open the column in a browser: has it moved or ended? If so, yaoxun sources disable {id}",
        State.BLOCKED: "open the column in a browser; ask its keepers for access, or yaoxun sources disable {id}",
        State.BROKEN: "run yaoxun sources check {id}; if its layout has changed, yaoxun sources add '{url}' --again",
    },
}
OURS = "Something went wrong in Yaoxun itself"
ADVICE_ON_OURS = {
    "zh": "与网站无关：请运行 yaoxun doctor，看磁盘是否已满、数据库能否写入；排除后自动重试",
    "en": "the site is not to blame: run yaoxun doctor, look whether the disk is full; it is tried again by itself",
}
TITLES = {"zh": "要讯：{count} 个来源的状态有变", "en": "Yaoxun: {count} sources changed their state"}
NEEDS_WORK = (State.BROKEN, State.BLOCKED, State.STALE, State.LATE, State.FRESH, State.NEW)


def tell_operators(
    engine: sa.Engine, vault: Vault, settings: Settings, sources: Mapping[str, Source], *, now: datetime
) -> TellingResult:
    """Put one note for each operator's destination into the outbox, in the transaction that marks the changes as told.

    Without an operator nothing is marked: whoever becomes one hears what is wrong then.
    """
    enabled = {source.id for source in sources.values() if source.enabled}
    with engine.begin() as connection:
        readers = {one.id: one for one in list_subscribers(connection) if one.operator and not one.paused}
        places = live_places(connection, vault, readers)
        changes = untold_changes(connection, enabled) if places else []
        if not changes:
            return TellingResult()
        for place in places:
            _write(connection, place, readers[place.subscriber_id], changes, sources, settings, now)
        mark_told(connection, changes)
    return TellingResult(changes=len(changes), notes=len(places))


def note_lines(changes: Sequence[Change], sources: Mapping[str, Source], language: str, zone: ZoneInfo) -> list[str]:
    """Return a line for each change: which source, how it is, why, what to do; what needs most work first."""
    ordered = sorted(changes, key=lambda change: (NEEDS_WORK.index(change.state), change.source_id))
    return [_line(change, sources[change.source_id], language, zone) for change in ordered]


def advice_on(state: str, source: Source, language: str, reason: str = "") -> str:
    """Return what to do about a source in this state; "" when there is nothing."""
    if reason.startswith(OURS):
        return ADVICE_ON_OURS.get(language, ADVICE_ON_OURS["zh"])
    advice = {str(known): words for known, words in ADVICE.get(language, ADVICE["zh"]).items()}
    return advice.get(state, "").format(id=source.id, url=source.lists[0])


def _write(  # noqa: PLR0913, PLR0917  a note has a reader, a place, a subject and a time
    connection: sa.Connection,
    place: Destination,
    reader: Subscriber,
    changes: Sequence[Change],
    sources: Mapping[str, Source],
    settings: Settings,
    now: datetime,
) -> None:
    title = TITLES.get(reader.language, TITLES["zh"]).format(count=len(changes))
    zone = ZoneInfo(place.rhythm.timezone)
    note = Note(title, note_lines(changes, sources, reader.language, zone), reader.language)
    send_note(connection, place, note, settings, now)


def _line(change: Change, source: Source, language: str, zone: ZoneInfo) -> str:
    labels = LABELS.get(language, LABELS["zh"])
    words = phrases(language)
    why = line(reason_in(language, change.reason, zone), 120)
    reason = f"{words['open']}{why}{words['close']}" if why else ""
    todo = advice_on(change.state, source, language, change.reason)
    said = f"{source.name} [{source.id}]{words['colon']}{labels[change.state]}{reason}"
    return f"{said}{words['stop']}{todo}" if todo else said
