"""Amazon jobs search: JSON, a hundred rows a page by offset, asked for the categories of this market.

Traps: filters need `[]`; the number is `id_icims`, not `id`; days are prose ("July  3, 2026"); `updated_time` moves by
itself; a search ends before 10,000 and closes nothing; compressed answers came cut off.
"""

from __future__ import annotations

import re
from typing import Any

from crawler.spiders import fields, listing
from store.posting import Place, Posting

LIMIT, CAP = 100, 10_000
CATEGORIES = ("machine-learning-science", "data-science", "research-science")
FURTHER = re.compile(r'"normalizedLocation"\s*:\s*"([^"\\]{1,200})"')  # JSON in texts
KEYS = fields.keys(
    "external_id=id_icims title company=company_name employment=job_schedule_type department=job_category "
    "team=business_category"
)
BODY = {"basic_qualifications": "Basic qualifications", "preferred_qualifications": "Preferred qualifications"}
USED = fields.names(
    "job_path posted_date updated_time url_next_step normalized_location location city state country_code salary "
    "description description_short"
).union(BODY)


class Amazon(listing.Usual):
    """See `listing.Platform`."""

    name = "amazon"
    host = "https://www.amazon.jobs"
    path = "/en/search.json?base_query=" + "".join(f"&category%5B%5D={name}" for name in CATEGORIES)
    path += f"&sort=recent&result_limit={LIMIT}&offset=0"

    def headers(self) -> dict[str, str]:
        return {"Accept-Encoding": "identity"}

    def parse(self, body: bytes, content_type: str, url: str, _board: listing.Board, /) -> listing.Page:
        due = "no Amazon list: `hits` and an array `jobs` are due, and no `error`"
        answer = listing.load_listing(body, content_type, due, "jobs", "hits")
        if answer.get("error"):
            raise listing.NotAListing(due)
        rows, hits = answer["jobs"], fields.number(answer.get("hits"))
        n_seen = listing.number_in(url, "offset", CAP) + len(rows)
        goes_on = rows and n_seen + LIMIT < CAP and (n_seen < hits if hits is not None else len(rows) >= LIMIT)
        following = listing.with_number(url, "offset", n_seen) if goes_on else None
        return listing.page_of(rows, _posting, advertised=hits, next_url=following, window=True)


PLATFORM = Amazon()


def _posting(row: dict[str, Any]) -> Posting:
    path = fields.text(row.get("job_path"))
    url = PLATFORM.host + (path if path.startswith("/") else f"/en/jobs/{fields.native_id(row.get('id_icims'))}")
    posted = fields.rfc822_time(f"{fields.text(row.get('posted_date'))} 00:00:00 +0000"), "published_at"
    return fields.posting(row, KEYS, USED, url=url, body_html=_body(row), places=_places(row), posted=posted)


def _body(row: dict[str, Any]) -> str:
    parts = [fields.first_text(row, "description description_short")]
    parts += [f"<h3>{heading}</h3>{html}" for key, heading in BODY.items() if (html := fields.text(row.get(key)))]
    pay = fields.html_of(fields.text(row.get("salary")).strip())
    parts.append(f"<p>{pay}</p>" if not any(pay in part for part in parts) else "")
    return fields.joined(parts, "\n")


def _places(row: dict[str, Any]) -> tuple[Place, ...]:
    city, region, country = fields.texts_at(row, "city state country_code")
    label = fields.first_text(row, "normalized_location location") or fields.label_of(city, region, country)
    further = [name for told in fields.items(row.get("locations")) for name in FURTHER.findall(fields.text(told))]
    others = (place for place in fields.places_of(further) if place.label != label)
    return (Place(label=label, city=city, region=region, country=country), *others)
