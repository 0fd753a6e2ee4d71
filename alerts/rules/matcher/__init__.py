"""The matcher: which of very many rules hold for one notice, without asking each. Pure but for the file of an index.

    Rule ─ Compiler → instructions, anchors ─ tables_of → Tables ─ Index.ask(NoticeText) → Found (sure, unsure)
                                                            └ save, load: one file, mapped

1. Each rule has anchors: characters (or a place, or a state) of which at least one must be there when it holds: of an
   AND those of the rarest part, of an OR those of all parts. How rare characters are, `frequency` says.
2. Anchors are found by their rarest pair of characters, their bigram. For each bigram of a notice a bit in the sieve
   says whether any anchor has it; of the few that pass, a hash table leads to the anchors, and these to their rules.
3. Of a rule found thus the place is looked at first, then whether another of its bigrams is in the notice at all, then
   its instructions are run: terms, counts, NEAR, NOT, fields. Places of a bigram in the notice are chained, so a term
   is looked up, not searched for. What one step after the other looks at lies together: waiting for memory, not
   working, is what the time goes to.
4. Regular expressions, words cut by a dictionary, days, and NEAR of more than terms are MAYBE: when the rest of the
   rule does not settle it, the rule is `unsure`, and the caller asks `alerts.rules.holds`.

The answer is exactly that of `holds` for every rule. `LivingRules` is a set of rules that changes.

It is compiled at the first use on a machine, which takes some seconds once; hence a few rules are asked one by one by
who has only these. This package imports numba: import it where it is used.
"""

from alerts.rules.matcher.frequency import Frequencies, shipped
from alerts.rules.matcher.index import Found, Index
from alerts.rules.matcher.living import LivingRules
from alerts.rules.matcher.storage import StaleIndex, Stored, load, save

__all__ = ["Found", "Frequencies", "Index", "LivingRules", "StaleIndex", "Stored", "load", "save", "shipped"]
