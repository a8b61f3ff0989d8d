"""Recruitee offers feed: one answer holds the whole board, on a host of the employer's own.

Traps: amounts come as numbers or texts; a board nobody tends offers samples; the work-mode flags may all be false.
"""

from __future__ import annotations

from crawler.spiders import fields, pay
from crawler.spiders.usual import Usual
from store.posting import Place, Posting

MODES = "remote hybrid on_site"


class Recruitee(Usual):
    def is_hidden(self, row: fields.Row) -> bool:
        return "(sample)" in fields.text(row.get("title")).lower()

    def posting(self, row: fields.Row) -> Posting:
        return self.read(
            {key: value for key, value in row.items() if not key.startswith(("options_", "sharing_"))},
            body_html=fields.joined(fields.texts_at(row, "description requirements"), "\n"),
            places=_places(row),
            work_mode="; ".join(mode for mode in MODES.split() if row.get(mode) is True),
            pay=pay.pay_at(row.get("salary")),
            posted=(fields.spaced_time(row.get("published_at")), "published_at"),
        )


PLATFORM = Recruitee()


def _places(row: fields.Row) -> tuple[Place, ...]:
    parts = fields.objects(row.get("locations"))
    told = [fields.place(*fields.texts_at(part, "city state country"), otherwise=_name(part)) for part in parts]
    return tuple(place for place in told if place.label) or fields.places_of([row.get("location")])


def _name(part: fields.Row) -> str:
    return fields.text(part.get("name"))
