"""Amazon jobs search: JSON, a hundred rows a page by offset, asked for the categories of this market.

Traps: filters need `[]`; the number is `id_icims`, not `id`; days are prose ("July  3, 2026"); `updated_time` moves by
itself; a search ends before 10,000 and closes nothing; compressed answers came cut off.
"""

from __future__ import annotations

import re
from typing import Any

from crawler.spiders import fields
from crawler.spiders.usual import Told, Usual
from store.posting import Place, Posting

CAP = 10_000
FURTHER = re.compile(r'"normalizedLocation"\s*:\s*"([^"\\]{1,200})"')  # JSON in texts
BODY = {"basic_qualifications": "Basic qualifications", "preferred_qualifications": "Preferred qualifications"}


class Amazon(Usual):
    def headers(self) -> dict[str, str]:
        return {"Accept-Encoding": "identity"}

    def is_list(self, answer: Any) -> bool:
        return not answer.get("error")

    def next_url(self, told: Told) -> str | None:
        return super().next_url(told) if told.number("offset") + len(told.rows) + self.size < CAP else None

    def posting(self, row: fields.Row) -> Posting:
        path = fields.text(row.get("job_path"))
        path = path if path.startswith("/") else f"/en/jobs/{fields.native_id(row.get('id_icims'))}"
        return self.read(
            row,
            url=self.host + path,
            body_html=_body(row),
            places=_places(row),
            posted=(fields.rfc822_time(f"{fields.text(row.get('posted_date'))} 00:00:00 +0000"), "published_at"),
        )


PLATFORM = Amazon()


def _body(row: fields.Row) -> str:
    parts = [fields.first_text(row, "description description_short")]
    parts += [fields.section(heading, fields.text(row.get(key))) for key, heading in BODY.items()]
    pay = fields.html_of(fields.text(row.get("salary")).strip())
    parts.append(f"<p>{pay}</p>" if not any(pay in part for part in parts) else "")
    return fields.joined(parts, "\n")


def _places(row: fields.Row) -> tuple[Place, ...]:
    parts = fields.texts_at(row, "city state country_code")
    first = fields.place(*parts, label=fields.first_text(row, "normalized_location location"))
    further = [name for told in fields.items(row.get("locations")) for name in FURTHER.findall(fields.text(told))]
    return (first, *(place for place in fields.places_of(further) if place.label != first.label))
