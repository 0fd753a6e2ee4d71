"""The channels as a table, from their declarations: what README and `yaoxun destinations channels` show."""

from collections.abc import Iterator

from alerts.channels import CHANNELS
from alerts.channels.base import Channel, Field, Rate

WORDS = {
    "en": {"secret": " (secret)", "each": "{most} in {seconds:g} s", "free": "none", "comma": ", ", "and": " and "},
    "zh": {"secret": "（保密）", "each": "{seconds:g} 秒 {most} 条", "free": "不限", "comma": "、", "and": "，且 "},
}


def channel_rows(language: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield name, label, fields that the target needs [and may have], and the pace that is kept, in a language."""
    words = WORDS[language]
    for name, channel in CHANNELS.items():
        shown = [_field(field, words["secret"]) for field in channel.fields if not field.hidden]
        pace = words["and"].join(_pace(rate, words["each"]) for rate in channel.rates) or words["free"]
        yield f"`{name}`", label_of(channel, language), words["comma"].join(shown), pace


def label_of(channel: Channel, language: str) -> str:
    """Return what a channel is called in a language."""
    return channel.label_zh if language == "zh" else channel.label


def markdown_table(language: str) -> str:
    """Return the rows as a README shows them."""
    return "\n".join(f"| {' | '.join(row)} |" for row in channel_rows(language))


def _field(field: Field, secret: str) -> str:
    shown = f"`{field.name}`" + (secret if field.secret else "")
    return shown if field.required else f"[{shown}]"


def _pace(rate: Rate, phrase: str) -> str:
    return phrase.format(most=rate.most, seconds=rate.seconds)
