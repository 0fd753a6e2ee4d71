"""Makes frequency_table.npz from a dictionary with frequencies: `python -m alerts.rules.matcher.frequency_table DICT`.

DICT is dict.txt of the package jieba 0.42.1 (MIT), one word a line: word, how often it stands in its corpus, kind. A
bigram across two words is not seen so; it counts as rare, which costs a little time and no match.
"""

import math
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from crawler.folding import fold

BIGRAMS = 800  # of a notice, about
LEAST = 1e-3


def main(dictionary: Path) -> None:
    """Count, and write what stands in more than LEAST of notices; shares as eighths of powers of a half."""
    counts: Counter[str] = Counter()
    for line in dictionary.read_text(encoding="utf-8").splitlines():
        word, times, _ = line.split(" ")
        folded = fold(word).text
        for gram in (*(folded[place : place + 2] for place in range(len(folded) - 1)), *folded):
            counts[gram] += int(times)
    total = sum(count for gram, count in counts.items() if len(gram) == 1)
    shares = {gram: 1 - math.exp(-BIGRAMS * count / total) for gram, count in counts.items()}
    kept = sorted(gram for gram, share in shares.items() if share >= LEAST)
    eighths = np.array([min(255, round(-8 * math.log2(shares[gram]))) for gram in kept], np.uint8)
    target = Path(__file__).with_name("frequency_table.npz")
    np.savez_compressed(target, grams=np.array("\n".join(kept)), shares=eighths)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
