"""Which of the claimed matches a digest shows: the best of a rule that has a cap. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from alerts.model import NEW, Asked
from alerts.store.digests import Found


def within_caps(found: Sequence[Found]) -> tuple[list[Found], list[Found]]:
    """Return what each rule shows and what its cap leaves out; what became of a notice later is always shown."""
    left_out: set[int] = set()
    for group in _by_rule(one for one in found if one.match.event == NEW and one.most is not None).values():
        ranked = sorted(group, key=lambda one: (-one.match.score, one.match.notice_id))
        left_out |= {one.item_id for one in ranked[ranked[0].most :]}
    return (
        [one for one in found if one.item_id not in left_out],
        [one for one in found if one.item_id in left_out],
    )


def what_was_asked(rules: Iterable[Asked], shown: Iterable[Found], capped: Iterable[Found]) -> tuple[Asked, ...]:
    """Return the rules with how many notices each found, and how many its cap left out."""
    notices = Counter({key: len({one.match.notice_id for one in group}) for key, group in _by_rule(shown).items()})
    more = Counter(one.rule.subscription_id for one in capped)
    return tuple(
        Asked(rule=one.rule, found=notices[one.rule.subscription_id], capped=more[one.rule.subscription_id])
        for one in rules
    )


def _by_rule(found: Iterable[Found]) -> dict[int, list[Found]]:
    groups: dict[int, list[Found]] = defaultdict(list)
    for one in found:
        groups[one.rule.subscription_id].append(one)
    return groups
