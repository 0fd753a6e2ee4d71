"""The index of the archive: which notices may meet a rule. Candidates only: `alerts.rules.holds` has the last word.

    folded texts ─ tokens ─→ keys (token, notice) ─ sorted ─→ Segment: ids, times, blocks of postings
    rule ─ alerts.rules.candidates ─→ Expression ─ each Segment ─→ ids ─ search_texts ─→ alerts.rules.holds

A token is a number: two neighbouring Chinese characters, or a whole word of a spaced script, and the field it may be
asked for in. A segment holds up to some thousands of notices and is never changed. A notice that changed stands in a
newer one too, and only the newest counts; small segments are merged into larger ones, which drops what is outdated.

Triggers put each notice that is added or changed in search_queue, so that no writer can forget it, and indexing takes
it out. What waits there is outdated in the index and is looked at by itself. The index is plain tables of bytes, the
same on SQLite and PostgreSQL. A single character or the beginning of a word is looked up as a range. `make bench`
measures it beside a LIKE scan, and what it costs to keep beside FTS5 over the same pairs.
"""
