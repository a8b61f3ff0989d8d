"""Workable widget list: one answer holds the whole board, with one row for every location of a job.

Traps: the rows of a job are merged by `shortcode` and count as one, their places in an order of our own since nothing
tells the first; rows of a job that contradict each other are reported; `published_on` is the last publication.
"""

from __future__ import annotations

import json

from crawler.spiders import fields
from crawler.spiders.usual import Told, Usual
from store.posting import Place, Posting

OWN = {"city": "city", "region": "state", "country": "country"}  # of a location -> of its row
USED_PLACE = frozenset(OWN) | {"countryCode"}


class Workable(Usual):
    def merged(self, rows: list[fields.Row]) -> fields.Row:
        rows = sorted(rows, key=lambda row: json.dumps(_locations(row), sort_keys=True, ensure_ascii=False))
        return rows[0] | {"id": rows[0]["shortcode"], "locations": [part for row in rows for part in _locations(row)]}

    def listed(self, row: fields.Row, told: Told) -> Posting:
        parts, department = fields.objects(row.get("locations")), row.get("department")
        return self.read(
            row,
            url=fields.first_text(row, "url shortlink"),
            company=fields.text(told.answer["name"]),
            places=tuple(dict.fromkeys(map(_place, parts))),
            work_mode="Remote" if row.get("telecommuting") is True else "",
            department=fields.joined(fields.items(department) or [department]),
            posted=(fields.day_time(row.get("published_on")), "published_at"),
            more={"locations": [part for part in parts if any(fields.left_over(part, USED_PLACE).values())]},
        )


PLATFORM = Workable()


def _locations(row: fields.Row) -> list[fields.Row]:
    """The locations of a row; a single one takes what it lacks from the row itself."""
    parts = fields.objects(row.get("locations")) or [{}]
    own = {to: parts[0].get(to) or row.get(name) for to, name in OWN.items()}
    return parts if len(parts) > 1 else [parts[0] | own]


def _place(part: fields.Row) -> Place:
    city, region, country, code = fields.texts_at(part, "city region country countryCode")
    return fields.place(city, region, country or code)
