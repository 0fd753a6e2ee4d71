"""How the fields of targets are checked: addresses of robots, choices, names of people to call."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from alerts.channels.base import Field, Unfit
from alerts.channels.guard import parse_url


def check_address(value: str) -> str:
    """Return a web address; whether it may be reached is decided when it is."""
    value = value.strip()
    try:
        parse_url(value)
    except ValueError as error:
        raise Unfit(str(error), "write the whole address, such as https://hooks.office.example/yaoxun") from error
    return value


def robot_address(pattern: str, example: str) -> Callable[[str], str]:
    """Return the check of a robot's address whose path and query have a form: it is the key, so it must be whole."""
    advice = f"copy the whole address as it is shown: {example}"

    def check(value: str) -> str:
        value = value.strip()
        try:
            parse_url(value)
        except ValueError as error:
            raise Unfit(str(error), advice) from error
        split = urlsplit(value)
        if not re.fullmatch(pattern, split.path + (f"?{split.query}" if split.query else "")):
            raise Unfit("this is not the address of such a robot", advice)
        return value

    return check


def one_of(*choices: str) -> Callable[[str], str]:
    """Return the check of a field that takes one of a few words."""

    def check(value: str) -> str:
        value = value.strip().lower()
        if value not in choices:
            raise Unfit(f"{value!r} is none of the choices", f"write one of {', '.join(choices)}")
        return value

    return check


def matching(pattern: str, what: str, advice: str) -> Callable[[str], str]:
    """Return the check of a text of a form."""

    def check(value: str) -> str:
        value = value.strip()
        if not re.fullmatch(pattern, value):
            raise Unfit(f"this is not {what}", advice)
        return value

    return check


def names(pattern: str, advice: str) -> Callable[[str], str]:
    """Return the check of people to call, separated by spaces or commas."""

    def check(value: str) -> str:
        given = value.replace(",", " ").replace("，", " ").split()
        for name in given:
            if not re.fullmatch(pattern, name):
                raise Unfit(f"nobody can be called by {name!r}", advice)
        return " ".join(given)

    return check


def choice(name: str, choices: tuple[str, ...], texts: tuple[str, str, str, str]) -> Field:
    """Return a field that takes one of a few words, the first when none is given; texts: label, help, 名称, 说明."""
    return Field(
        name=name,
        label=texts[0],
        help=texts[1],
        label_zh=texts[2],
        help_zh=texts[3],
        required=False,
        check=one_of(*choices),
        choices=choices,
    )


def mention(
    pattern: str, advice: str, advice_zh: str, *, agrees: Callable[[Mapping[str, str]], None] | None = None
) -> Field:
    """Return the field that names whom the first message of a digest calls."""
    return Field(
        name="mention",
        label="Call",
        help=f"Whom the first message of a digest calls, separated by spaces: {advice}",
        label_zh="提醒",
        help_zh=f"每期第一条消息提醒谁，以空格分隔：{advice_zh}",
        required=False,
        check=names(pattern, advice),
        agrees=agrees,
    )
