"""Where a notice belongs: its issuer's place and its title's, else that of its first sentences, else its source's."""

import re

from config.regions import Places

_SENTENCE_END = re.compile(r"[。！？\n]")
_FIRST_SENTENCES = 2
_LEAD = 300  # characters


def places_of(title: str, text: str, places: Places, *, issuer: str = "", fallback: str = "") -> tuple[str, ...]:
    """Return region paths, the most telling first. `fallback` is the region of the source, always among them.

    The issuer's own place (苏州市财政局) comes first, unless the title names one inside it, which then stands for both.

    The title counts before the text. A place that the lead puts inside one of the title's is added behind it; a group
    (长三角) alone in the title gives way to the one member that the text is about.
    """
    named = _by_issuer(_narrowest(places.mentioned(issuer)), _narrowest(places.mentioned(title)))
    lead = _narrowest(places.mentioned(_lead(text)))
    groups = [place for place in named if place in places.groups]
    if not named:
        found = lead
    elif len(groups) == len(named):
        found = _of_group(groups, _narrowest(places.mentioned(text)), places)
    else:
        found = (*named, *(place for place in lead if _below(place, named)))
    return _with_source(tuple(dict.fromkeys(found)), bool(named), fallback)


def _by_issuer(own: tuple[str, ...], named: tuple[str, ...]) -> tuple[str, ...]:
    """Put the issuer's place before those of the title, or first among them the one that lies inside it."""
    inside = tuple(place for place in named if place in own or _below(place, own))
    wider = tuple(place for place in named if place not in inside and not _below(next(iter(own), ""), (place,)))
    return (*(inside or own), *wider)


def _of_group(groups: list[str], named: tuple[str, ...], places: Places) -> tuple[str, ...]:
    """Return the one province that a text about a group is about before the group, several after it."""
    members = [place for place in named if place not in places.groups and places.within(place, groups)]
    if len({place.split("/")[0] for place in members}) == 1:
        return (*members, *groups)
    return (*groups, *members)


def _with_source(found: tuple[str, ...], in_title: bool, fallback: str) -> tuple[str, ...]:  # noqa: FBT001  private
    """Put the source's region where it belongs: behind the title's places, before those of a mere lead."""
    others = tuple(place for place in found if not _below(fallback, (place,)))
    if not fallback or fallback in found or any(_below(place, (fallback,)) for place in found):
        return found
    return (*others, fallback) if in_title and others else (fallback, *others)


def _narrowest(found: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out a place of which a part is named as well: 上海 beside 上海/黄浦."""
    return tuple(place for place in found if not any(_below(other, (place,)) for other in found))


def _below(place: str, above: tuple[str, ...]) -> bool:
    return any(place.startswith(f"{path}/") for path in above)


def _lead(text: str) -> str:
    ends = [match.end() for match in _SENTENCE_END.finditer(text[:_LEAD])]
    return text[: ends[min(len(ends), _FIRST_SENTENCES) - 1]] if ends else text[:_LEAD]
