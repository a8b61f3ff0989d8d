"""Drop guards: a list that shrank too much to be believed is quarantined, never acted on.

Figures: a list under half of what was usual (the last good list, or the median of the last eight where that is less;
from ten postings on), or one that would make more than half of a board's open postings vanish at once (from eight on).
Smaller boards are spared: half of four postings is two people hired.

Employers do close many postings at once, and then it stays so: a drop that three earlier crawls, hours apart, told as
well is believed, and so are they, from then on; the absence keeps its true date.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from statistics import median

CONFIRMATIONS = 3
HOURS_APART = 6
RECENT = 8
LEAST_RUNS = 3
LEAST_POSTINGS = 8
LEAST_MEDIAN = 10
LEAST_SHARE_OF_MEDIAN = 0.5
MOST_VANISHED_SHARE = 0.5


def suspicion(
    listed: Collection[str], open_now: Collection[str], recent_counts: Sequence[int], weeks_unseen: float = 0.0
) -> str:
    """Why this list is not believed, or "" when it is.

    `recent_counts` are the kept postings of the last good runs, newest first; `open_now` are postings that the last
    good list had. The bounds hold for a week; after a longer time without any answer (`weeks_unseen`) more may have
    changed.
    """
    weeks = max(1.0, weeks_unseen)
    vanished = len(set(open_now) - set(listed))
    if len(open_now) >= LEAST_POSTINGS and vanished > (1 - (1 - MOST_VANISHED_SHARE) ** weeks) * len(open_now):
        return f"{vanished} of {len(open_now)} open postings would vanish at once"
    usual = min(median(recent_counts), recent_counts[0]) if len(recent_counts) >= LEAST_RUNS else 0
    if usual >= LEAST_MEDIAN and len(listed) < LEAST_SHARE_OF_MEDIAN**weeks * usual:
        return f"{len(listed)} postings listed, {usual:.0f} were usual"
    return ""
