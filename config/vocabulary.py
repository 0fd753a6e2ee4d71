"""What rules know of the world: the places, the words that mean the same, what agencies are called."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from config.regions import Places, load_places
from config.synonyms import Synonyms, load_synonyms

NO_SYNONYMS = Synonyms()


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """The names and words that rules are read with and notices are looked at with; one is made at the start."""

    places: Places
    synonyms: Synonyms = NO_SYNONYMS

    @classmethod
    def of(cls, words: "Words") -> "Vocabulary":
        """Return a vocabulary; of places alone one without synonyms."""
        return words if isinstance(words, Vocabulary) else cls(words)

    def names(self) -> Iterator[str]:
        """Yield every name and word of two characters or more, so that a text is not cut inside of one."""
        every = (*self.places.names, *self.places.groups, *self.synonyms.words, *self.synonyms.agencies)
        yield from (name for name in dict.fromkeys(every) if len(name) > 1)


Words: TypeAlias = Vocabulary | Places


def load_vocabulary(regions: Path, synonyms: Path) -> Vocabulary:
    """Read regions.toml and synonyms.toml; raise RegionsError or SynonymsError naming file and key."""
    return Vocabulary(load_places(regions), load_synonyms(synonyms))
