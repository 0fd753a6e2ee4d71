"""A digest of one made-up notice, sent to see whether a destination works."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from alerts.model import Coverage, Destination, Digest, DigestItem, DigestSection, Marked, RuleTag, Subscriber

WORDS = {
    "zh": (
        "测试消息：看到它，说明投递正常",
        "这是一条示例公告，不对应任何真实内容，无需处理。",
        "测试",
        "示例来源",
        "投递",
    ),
    "en": (
        "A test message: if you see it, delivery works",
        "This is a sample notice. It stands for nothing real, and nothing is to be done.",
        "Test",
        "Sample source",
        "delivery",
    ),
}


def sample_digest(destination: Destination, subscriber: Subscriber, *, now: datetime) -> Digest:
    """Return the sample as its reader would get it."""
    title, text, column, origin, hit = WORDS.get(subscriber.language, WORDS["zh"])
    item = DigestItem(
        notice_id=0,
        title=_lit(title, hit),
        snippet=Marked(text=text),
        rules=(RuleTag(subscription_id=0, rule=hit, note=column),),
        score=1.0,
        url="https://www.gov.cn/",
        origin=origin,
        published=now.astimezone(ZoneInfo(destination.timezone)).date(),
        first_seen_at=now,
    )
    return Digest(
        id=0,
        subscriber=subscriber.name,
        destination=destination.name,
        period=f"{now.astimezone(ZoneInfo(destination.timezone)):%Y-%m-%d %H:%M}",
        since=now - timedelta(days=1),
        until=now,
        timezone=destination.timezone,
        language=subscriber.language,
        sections=(DigestSection(name=column, items=(item,)),),
        coverage=Coverage(checked=1),
    )


def _lit(text: str, hit: str) -> Marked:
    at = text.find(hit)
    return Marked(text=text, spans=((at, at + len(hit)),) if at >= 0 else ())
