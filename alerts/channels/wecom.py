"""WeCom robot 企业微信: messages of at most 4096 UTF-8 bytes, as markdown in one of two dialects, as news or as a card.

https://developer.work.weixin.qq.com/document/path/99110 — the robot answers HTTP 200 even when it refuses; `errcode`
decides. A code that is not in REFUSALS is retried: nothing proves that another attempt would end the same way, and the
attempts are counted.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from alerts.channels import outbound
from alerts.channels.answers import Meaning, Refusal, Refusals, judged
from alerts.channels.base import Envelope, Field, Message, Note, Rate, Receipt, Unfit
from alerts.channels.chat import Part, Sheet, as_text, messages_of, note_of, text_sheet
from alerts.channels.dialect import Dialect, in_bytes
from alerts.channels.facts import facts
from alerts.channels.phrases import phrases
from alerts.channels.targets import choice, mention, robot_address
from alerts.channels.wording import line, period_label, safe_link, within
from alerts.model import Digest, DigestItem, DigestSection
from config.settings import Settings

MOST_BYTES = 4096
ROOM_FOR_REPEATED = 40  # the line that an interrupted attempt adds
MOST_PARTS = 10  # half of what a robot may send in a minute
FORMS = ("markdown", "markdown_v2", "news", "template_card")
MOST_ARTICLES, ARTICLE_TITLE, ARTICLE_TEXT = 8, 128, 512  # articles of one message; bytes
MOST_NEWS = 8  # messages of news, so that the closing one finds room among the parts
CARD_TITLE, CARD_TEXT, CARD_NAME, CARD_VALUE, CARD_JUMP = 26, 112, 5, 26, 13  # characters
CARD_ROWS, CARD_JUMPS = 6, 3

REFUSALS: Refusals = {
    -1: Refusal(Meaning.RETRY, "the service is busy"),
    40008: Refusal(Meaning.PERMANENT, "the robot knows no such kind of message"),
    40058: Refusal(Meaning.PERMANENT, "the message is not of the form or length that the robot takes"),
    44004: Refusal(Meaning.PERMANENT, "the message is empty"),
    45002: Refusal(Meaning.PERMANENT, "the message is too long"),
    45009: Refusal(Meaning.LIMITED, "more than 20 messages in a minute", wait=60),
    93000: Refusal(Meaning.GONE, "the key is wrong, or the robot was removed from its group"),
}

# The dialect knows no escape, so its signs are replaced by their full-width twins; <@name> would call people.
SIGNS = str.maketrans("*[]`<>\\", "＊［］｀＜＞＼")


def escaped(text: str) -> str:
    """Return text without any sign of the dialect."""
    return text.translate(SIGNS)


COLOURED = Dialect(
    escape=escaped,
    measure=in_bytes,
    quiet='<font color="comment">{}</font>',
    accent='<font color="info">{}</font>',
    badge='<font color="warning">{}</font>',
    removed='<font color="comment">［-{}-］</font>',
    added='<font color="info">{}</font>',
)
PLAIN = Dialect(escape=escaped, measure=in_bytes, badge="**【{}】**")  # markdown_v2 shows colours as tags


def goes_with_form(target: Mapping[str, str]) -> None:
    """Refuse to call people in a form that calls nobody."""
    if target.get("form") == "markdown_v2":
        raise Unfit("markdown_v2 calls nobody", "choose form=markdown, which does, or leave mention out")


name = "wecom"
label = "WeCom robot"
label_zh = "企业微信群机器人"
rates: tuple[Rate, ...] = (Rate(20, 60),)
paced_by: tuple[str, ...] = ("url",)
fields: tuple[Field, ...] = (
    Field(
        name="url",
        label="Webhook address",
        help="The whole address as WeCom shows it for the robot, key=… included",
        label_zh="Webhook 地址",
        help_zh="企业微信显示的机器人完整地址，包括 key=…",
        secret=True,
        check=robot_address(
            r"/cgi-bin/webhook/send\?key=[A-Za-z0-9_-]+", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…"
        ),
    ),
    choice(
        "form",
        FORMS,
        (
            "Form",
            "markdown with colours; markdown_v2 for new clients; news: a card a notice; template_card: a summary first",
            "形式",
            "markdown 带颜色；markdown_v2 适用于新版客户端；news 每条公告一张图文卡片；template_card 先汇总卡片再列表",
        ),
    ),
    mention(
        r"[A-Za-z0-9_.@-]{1,64}",
        "user ids of members, such as zhangsan; not with markdown_v2",
        "成员的 userid，如 zhangsan；markdown_v2 不支持",
        agrees=goes_with_form,
    ),
)


def compose(digest: Digest, target: Mapping[str, str], settings: Settings) -> Sequence[Message]:
    """Write the digest in the form that the target asks for."""
    form, people = target.get("form") or FORMS[0], target.get("mention", "")
    if form == "news":
        return _news(digest, people)
    card = [_card(digest, settings)] if form == "template_card" and digest.items else []
    kind = "markdown_v2" if form == "markdown_v2" else "markdown"
    return [*card, *messages_of(digest, _sheet(kind, people, MOST_PARTS - len(card)), kind=kind)]


def compose_note(note: Note, target: Mapping[str, str], settings: Settings) -> Sequence[Message]:
    """Write a note as one markdown message."""
    del settings
    kind = "markdown_v2" if target.get("form") == "markdown_v2" else "markdown"
    return [note_of(note, _sheet(kind, "", 1), kind=kind)]


def send(message: Message, target: Mapping[str, str], envelope: Envelope, settings: Settings) -> Receipt:
    """Send one message; one that may have been taken before says so in its first line, or on its first card."""
    kind = next(form for form in FORMS if form in message)
    repeated = message["maybe_repeated"] if envelope.maybe_repeated else ""
    content = _content(kind, message[kind], repeated)
    body = json.dumps({"msgtype": kind, kind: content}, ensure_ascii=False)
    answer = outbound.post_json(target.get("url", ""), body, settings)
    return judged(answer, "errcode", REFUSALS, envelope.now)


def probe(target: Mapping[str, str], settings: Settings) -> str:
    """Reach the robot's host; its key can only be tried by sending."""
    return outbound.reach(target.get("url", ""), settings)


def _content(kind: str, written: str, repeated: str) -> Any:  # noqa: ANN401  each kind has its own shape
    if kind.startswith("markdown"):
        return {"content": f"{repeated}\n{written}" if repeated else written}
    content = json.loads(written)
    if kind == "news" and repeated:
        first = content["articles"][0]
        first["title"] = within(repeated + first["title"], ARTICLE_TITLE)
    elif repeated:
        content["main_title"]["desc"] = repeated
    return content


def _sheet(kind: str, people: str, most_parts: int) -> Sheet:
    dialect = PLAIN if kind == "markdown_v2" else COLOURED
    calls = " ".join(f"<@{one}>" for one in people.split()) if kind == "markdown" else ""

    def frame(part: Part) -> str:
        return as_text(part, dialect) + (f"\n\n{calls}" if calls and part.calls else "")

    most = MOST_BYTES - ROOM_FOR_REPEATED
    return text_sheet(dialect, most=most, most_parts=most_parts, frame=frame)


def _news(digest: Digest, people: str) -> list[Message]:
    """Write a card for each notice that has a link; what has none, and the coverage, stand in a closing message."""
    words = phrases(digest.language)
    repeated = words["maybe_repeated"]
    linked = [item for item in digest.items if safe_link(item.url)][: MOST_ARTICLES * MOST_NEWS]
    shown = {id(item) for item in linked}
    rest = (
        DigestSection(name=one.name, items=tuple(item for item in one.items if id(item) not in shown))
        for one in digest.sections
    )
    closing = replace(digest, sections=tuple(section for section in rest if section.items))
    articles = [_article(item, digest, words) for item in linked]
    runs = [articles[at : at + MOST_ARTICLES] for at in range(0, len(articles), MOST_ARTICLES)]
    cards = ({"news": json.dumps({"articles": run}, ensure_ascii=False), "maybe_repeated": repeated} for run in runs)
    sheet = _sheet("markdown", people, MOST_PARTS - len(runs))
    return [*cards, *messages_of(closing, sheet, kind="markdown", total=len(digest.items))]


def _article(item: DigestItem, digest: Digest, words: Mapping[str, str]) -> dict[str, str]:
    told = " · ".join(facts(item, digest.timezone, words))
    return {
        "title": within(line(item.title.text, 80) or "—", ARTICLE_TITLE),
        "description": within(line(item.snippet.text, 80) + "\n" + told, ARTICLE_TEXT),
        "url": safe_link(item.url),
    }


def _card(digest: Digest, settings: Settings) -> Message:
    """Sum the digest up on one card: how many in each column, and the best notices to jump to."""
    words = phrases(digest.language)
    links = [(line(item.title.text, CARD_JUMP), safe_link(item.url)) for item in digest.items if safe_link(item.url)]
    front = safe_link(settings.public_url) or (links[0][1] if links else "https://work.weixin.qq.com/")
    card = {
        "card_type": "text_notice",
        "main_title": {"title": line(f"{words['name']} {period_label(digest.period)}", CARD_TITLE)},
        "sub_title_text": line(words["total"].format(count=len(digest.items)), CARD_TEXT),
        "horizontal_content_list": [
            {
                "keyname": line(one.name, CARD_NAME) or "—",
                "value": line(words["count"].format(count=len(one.items)), CARD_VALUE),
            }
            for one in digest.sections[:CARD_ROWS]
        ],
        "jump_list": [{"type": 1, "title": title, "url": url} for title, url in links[:CARD_JUMPS]],
        "card_action": {"type": 1, "url": front},
    }
    return {"template_card": json.dumps(card, ensure_ascii=False), "maybe_repeated": words["maybe_repeated"]}
