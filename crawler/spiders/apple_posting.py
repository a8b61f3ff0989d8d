"""What a row of an Apple list, or the page of a posting, tells of it.

Traps: `PIPE` is no opening; pay is prose below the text, one for each place.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from crawler.spiders import fields
from store.posting import Place, Posting

BODY = {"jobSummary": "", "description": "", "minimumQualifications": "Minimum qualifications"}  # with headings
BODY |= {"preferredQualifications": "Preferred qualifications"}
KEYS = fields.Keys(
    "external_id=positionId title=postingTitle requisition=reqId",
    "transformedPostingTitle postingDate postDateInGMT locations homeOffice managedPipelineRole postingFooters "
    "jobSummary description minimumQualifications preferredQualifications",
)
USED_PLACE = fields.names("city stateProvince countryName name")


def posting_of(row: dict[str, Any], site: str) -> Posting:
    """The posting, with what the row holds of it."""
    path = (fields.native_id(row.get("positionId")), fields.text(row.get("transformedPostingTitle")))
    day, places = f"{fields.text(row.get('postingDate'))} 00:00:00 +0000", fields.objects(row.get("locations"))
    body = (fields.section(heading, _html(row.get(key))) for key, heading in BODY.items())
    return fields.posting(
        row,
        KEYS,
        url="/".join([f"{site}/en-us/details", *(quote(part, "", errors="replace") for part in path if part)]),
        team=fields.text(fields.at(row, "team.teamName")),
        body_html=fields.joined(body, "\n"),
        conclusion_html=_footers(row, {_site_of(part): _place(part).label for part in places}),
        places=tuple(map(_place, places)),
        work_mode="remote" if row.get("homeOffice") is True else "",
        is_prospect=row.get("type") == "PIPE" or row.get("managedPipelineRole") is True,
        posted=(fields.iso_time(row.get("postDateInGMT")) or fields.rfc822_time(day), "published_at"),
        more={"locations": [fields.left_over(part, USED_PLACE) for part in places]},
    )


def _html(value: Any) -> str:
    told = fields.text(value).strip()
    return told if "<" in told else fields.html_of(told)


def _place(part: dict[str, Any]) -> Place:
    city, region, country, name = fields.texts_at(part, "city stateProvince countryName name")
    return fields.place(city, region, country, label=fields.label_of(city or name, region, country))


def _site_of(place: dict[str, Any]) -> str:
    return fields.first_text(place, "postLocationId id")


def _footers(row: dict[str, Any], sites: dict[str, str]) -> str:
    """What stands below the text, each part once, and the place it is of where others have another."""
    footers, told = fields.objects(row.get("postingFooters")), dict[str, list[str]]()
    for footer in footers:
        texts = fields.mapping(footer.get("localizations"))
        for part in fields.objects(texts.get("en_US") or next(iter(texts.values()), [])):
            html = f"<h3>{fields.html_of(fields.text(part.get('name')))}</h3>{_html(part.get('content'))}"
            told.setdefault(html, []).append(sites.get(fields.text(footer.get("postLocationId")), ""))
    of_some = {html: fields.joined(names) for html, names in told.items() if len(names) < len(footers)}
    return "\n".join((f"<p>{of_some[html]}:</p>" if of_some.get(html) else "") + html for html in told)
