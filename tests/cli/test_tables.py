"""Tables fit the terminal: whole borders, days in one piece, short columns before long ones."""

import pytest
from rich.cells import cell_len

from alerts.cli.output import console, print_table

HEADS = ("id", "digest", "destination", "part", "state", "tries", "delivered / next", "last words")
ANSWER = '{"errcode": 93000, "errmsg": "invalid webhook url"}'
ROW = (14, 11, "dingtalk (dingtalk)", "1/1", "delivered", 1, "2026-11-29 16:25", ANSWER)


def printed(width: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(console, "width", width)
    with console.capture() as captured:
        print_table(HEADS, [ROW])
    return captured.get().splitlines()


@pytest.mark.parametrize("width", [60, 79, 80, 81, 100, 120, 140, 200])
def test_every_line_ends_with_its_border(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = printed(width, monkeypatch)
    assert len({cell_len(line) for line in lines}) == 1
    assert cell_len(lines[0]) <= width
    assert {line[-1] for line in lines} <= set("┓┃┩│┘")


def test_days_and_short_words_stay_whole_and_the_long_go_on_below(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\n".join(printed(80, monkeypatch))
    for word in ("2026-11-29", "delivered", "(dingtalk)"):
        assert word in text
    wide = "\n".join(printed(120, monkeypatch))
    assert "2026-11-29 16:25" in wide
    assert "dingtalk (dingtalk)" in wide
