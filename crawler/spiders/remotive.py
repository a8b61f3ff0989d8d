"""Remotive public API: the newest remote jobs of many employers in one answer; the token is a category or `all`.

Traps: pay is a free text without a period ("$3k - $10k" is a month's), so it stands in the text too, where the readers
weigh it; times have no zone; the feed is small and late, so what left it need not be closed. Every job here is remote.
"""

from __future__ import annotations

from crawler.spiders import fields
from crawler.spiders.usual import Usual
from store.posting import Pay, Posting


class Remotive(Usual):
    def posting(self, row: fields.Row) -> Posting:
        salary = fields.text(row.get("salary")).strip()
        return self.read(
            row,
            body_html=fields.joined([row.get("description"), fields.paragraph(salary, "Salary: ")], "\n"),
            places=fields.places_of([fields.text(row.get("candidate_required_location"))]),
            work_mode="remote",
            pay=(Pay(raw=salary),) if salary else (),
            posted=(fields.utc_time(row.get("publication_date")), "published_at"),
        )


PLATFORM = Remotive()
