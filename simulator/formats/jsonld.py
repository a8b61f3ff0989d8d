"""Career sites with schema.org markup: robots.txt, a sitemap index with packed shards, a page for each posting.

Every site writes its markup in another of the broken and odd ways that occur; closed postings linger in the sitemap and
answer 404, 410, a page without markup, one past its deadline, or lead to the list.
"""

from __future__ import annotations

import gzip
import html
import json
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta, timezone
from random import Random
from typing import TYPE_CHECKING, Any, Final

from simulator.answer import Answer, Ask, Told, digest, kept, state_of
from simulator.model import Employer, Pay, Place, Posting, Traits, Version
from simulator.prose import Section, compose, content

if TYPE_CHECKING:
    from simulator.market import World

TENANTS = True
TRAITS = Traits(boards=0.05)
EMPTY_LIST = b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>'
NOT_FOUND = Answer(404, b"<!DOCTYPE html><title>404</title><h1>Nothing here</h1>", "text/html; charset=utf-8")
NOT_ACCEPTABLE = Answer(406, b"Not Acceptable", "text/plain")
GONE = Answer(410, b"", "text/html; charset=utf-8")
HTML_TYPE: Final = "text/html; charset=utf-8"
XML_TYPE: Final = "application/xml"
NAMESPACES: Final = ("http://www.sitemaps.org/schemas/sitemap/0.9", "https://www.sitemaps.org/schemas/sitemap/0.9", "")
SHARD: Final = 20
LINGERS: Final = timedelta(days=21)
LOCAL: Final = timezone(timedelta(hours=1))
EMPLOYMENT: Final = {"full_time": ["FULL_TIME"], "contract": "CONTRACTOR", "internship": "INTERN"}
UNITS: Final = {"year": "YEAR", "month": "MONTH", "hour": "HOUR"}


def new_token(company: str, rng: Random) -> str:
    """A host."""
    return f"careers.{company.lower().replace(' ', '')}{rng.randrange(10)}.example"


def new_id(rng: Random) -> str:
    """A number."""
    return str(rng.randrange(1_000_000, 1_000_000_000))


def robots() -> Answer:
    """robots.txt of the server; each site has one of its own, which names the sitemaps."""
    return Answer(200, b"User-agent: *\nDisallow: /apply/\n", "text/plain")


def token_of(path: str) -> str:
    """The host, here the first part of the path."""
    return path.strip("/").split("/")[0]


def answer(world: World, ask: Ask) -> Answer:
    """Any page of a site; a site without a board goes on without postings."""
    token = token_of(ask.path)
    employer = world.boards.get(("jsonld", token))
    if employer is None:
        return NOT_FOUND
    path = ask.path.removeprefix(f"/{token}")
    if path.startswith("/jobs/"):
        if "text/html" not in ask.accept:
            return NOT_ACCEPTABLE
        return _job(world, employer, path.removeprefix("/jobs/"), ask.at)
    body, content_type = _file(world, employer, path, ask.at)
    return _tagged(body, content_type) if body else NOT_FOUND


def _tagged(body: bytes, content_type: str) -> Answer:
    return Answer(200, body, content_type, {"ETag": f'"{digest(body)[:24]}"'})


# files -------------------------------------------------------------------------------------------------------------


def _file(world: World, employer: Employer, path: str, at: datetime) -> tuple[bytes, str]:
    shards = _shards(world, employer, at)
    if path == "/robots.txt":
        return _robots(employer), "text/plain"
    if path == "/sitemap_index.xml":
        return _index(employer, len(shards)), XML_TYPE
    if path == "/sitemap-pages.xml":
        return b"\xef\xbb\xbf\n\n" + _urlset(employer, ["/about", "/jobs", "/blog/our-values"]), XML_TYPE
    if path == "/jobs":
        return b"<!DOCTYPE html><html><head><title>Jobs</title></head><body><h1>Jobs</h1></body></html>", HTML_TYPE
    number = path.removeprefix("/sitemap-jobs-").removesuffix(".xml.gz")
    if path in _shard_paths(len(shards)) and number.isdigit():
        packed = gzip.compress(_urlset(employer, [f"/jobs/{one.external_id}" for one in shards[int(number)]]), mtime=0)
        return packed, "application/gzip" if path.endswith(".gz") else XML_TYPE
    return b"", ""


def _shards(world: World, employer: Employer, at: datetime) -> list[list[Posting]]:
    """The postings that the sitemap names: those that are listed, and those closed a short while ago."""
    board = world.by_board[employer.platform, employer.token]
    named = [one for one in board if one.spell_at(at) is not None or _closed_at(one, at) is not None]
    named = named if employer.has_board(at) else []
    return [named[start : start + SHARD] for start in range(0, len(named), SHARD)]


def _closed_at(posting: Posting, at: datetime) -> datetime | None:
    """When a posting that is closed, but not for long, was closed."""
    ended = [spell.closed_at for spell in posting.spells if spell.closed_at <= at < spell.closed_at + LINGERS]
    return ended[-1] if ended and posting.spell_at(at) is None else None


def _robots(employer: Employer) -> bytes:
    scheme = "http" if employer.style % 2 else "https"
    return f"User-agent: *\nDisallow: /apply/\n\nSitemap: {scheme}://{employer.token}/sitemap_index.xml\n".encode()


def _shard_paths(count: int) -> list[str]:
    """Every second one does not say that it is packed."""
    return [f"/sitemap-jobs-{number}{'' if number % 2 else '.xml.gz'}" for number in range(count)]


def _index(employer: Employer, n_shards: int) -> bytes:
    paths = ["/sitemap-pages.xml", *_shard_paths(n_shards)]
    return _xml(employer, "sitemapindex", "sitemap", paths)


def _urlset(employer: Employer, paths: list[str]) -> bytes:
    return _xml(employer, "urlset", "url", paths)


def _xml(employer: Employer, root: str, entry: str, paths: list[str]) -> bytes:
    namespace = NAMESPACES[employer.style % 3]
    named = f' xmlns="{namespace}"' if namespace else ""
    entries = "".join(f"<{entry}><loc>\n https://{employer.token}{path} </loc></{entry}>\n" for path in paths)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}{named}>\n{entries}</{root}>\n'.encode()


# pages -------------------------------------------------------------------------------------------------------------


def _job(world: World, employer: Employer, number: str, at: datetime) -> Answer:
    board = world.by_board[employer.platform, employer.token]
    posting = next((one for one in board if one.external_id == number), None)
    if posting is None or not employer.has_board(at):
        return NOT_FOUND
    if posting.spell_at(at) is None:
        return _closed(posting, at)
    made: Answer = kept(world, ("jsonld", employer.token, number), state_of(posting, at), lambda: _open(posting, at))
    return made


def _open(posting: Posting, at: datetime) -> Answer:
    row = job(posting, at)
    if posting.text_seed % 3 == 1:
        row["validThrough"] = "2099-12-31T23:59:59+00:00"
    return _tagged(_page(posting, at, _script(row, posting.text_seed)), HTML_TYPE)


def _closed(posting: Posting, at: datetime) -> Answer:
    closed_at = _closed_at(posting, at)
    way = posting.text_seed % 5 if closed_at is not None else 0
    if closed_at is None or way == 0:
        return NOT_FOUND
    if way == 1:
        return GONE
    if way == 2:
        return Answer(302, b"", HTML_TYPE, {"Location": f"https://{posting.employer.token}/jobs"})
    expired = _script(job(posting, at) | {"validThrough": f"{closed_at:%Y-%m-%d}"}, posting.text_seed)
    return _tagged(_page(posting, at, expired if way == 3 else ""), HTML_TYPE)


def _page(posting: Posting, at: datetime, script: str) -> bytes:
    title = html.escape(posting.versions[posting.version_at(at)].title)
    head = f'<meta charset="utf-8"><title>{title}</title><!-- <script type="application/ld+json">{{}}</script> -->'
    body = f"<h1>{title}</h1><p>{html.escape(posting.employer.company)}</p>"
    return f"<!DOCTYPE html>\n<html><head>{head}{script}</head><body>{body}</body></html>\n".encode()


def _script(row: dict[str, Any], seed: int) -> str:
    shaped = SHAPES[seed // 11 % len(SHAPES)](row)
    kind, text = DRESSES[seed // 101 % len(DRESSES)](json.dumps(shaped, ensure_ascii=False))
    return f'<script type="{kind}">{text}</script>'


SHAPES: Final[tuple[Callable[[dict[str, Any]], Any], ...]] = (
    lambda row: row,
    lambda row: [{"@type": "BreadcrumbList", "itemListElement": []}, row],
    lambda row: {"@graph": [{"@type": "Organization", "name": "x"}, row | {"@type": ["Thing", "JobPosting"]}]},
    lambda row: {"@type": "WebPage", "mainEntity": row | {"@type": "https://schema.org/JobPosting"}},
    lambda row: {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": row}]},
    lambda row: _pascal(row),
)
LD: Final = "application/ld+json"
DRESSES: Final[tuple[Callable[[str], tuple[str, str]], ...]] = (
    lambda text: (LD, text),
    lambda text: (LD, f"\n//<![CDATA[\n{text}\n//]]>\n"),
    lambda text: (LD, html.escape(text)),
    lambda text: ("application/ld&#43;json", text),
    lambda text: (f"{LD}; charset=utf-8", text.replace("\\n", "\n")),
    lambda text: (LD, text.replace("$", "\\$").replace("'", "\\'")),
    lambda text: (LD, text.replace(', "datePosted"', '\n "datePosted"', 1)),
    lambda text: (LD, text.replace('"@', '"\\u0040')),
    lambda text: (LD, f"<!--//--><![CDATA[//><!--\n{text};\n//--><!]]>"),
)


def _pascal(value: Any) -> Any:
    if isinstance(value, dict):
        return {key if key.startswith("@") else key[:1].upper() + key[1:]: _pascal(part) for key, part in value.items()}
    return [_pascal(part) for part in value] if isinstance(value, list) else value


# markup ------------------------------------------------------------------------------------------------------------


def job(posting: Posting, at: datetime) -> dict[str, Any]:
    """One JobPosting; properties take another shape from posting to posting."""
    version = posting.versions[posting.version_at(at)]
    number, seed = posting.external_id, posting.text_seed
    known = (
        number,
        {"@type": "PropertyValue", "name": posting.employer.company, "value": number},
        {"value": int(number)},
    )
    company = {"@type": "Organization", "name": posting.employer.company, "sameAs": f"https://{posting.employer.token}"}
    row: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": html.escape(version.title),
    }
    row |= {
        "identifier": known[seed % 3],
        "datePosted": _date(posting),
        "employmentType": EMPLOYMENT[posting.employment],
    }
    row |= {"hiringOrganization": company if seed % 4 else posting.employer.company, "directApply": True}
    row |= _texts(posting, version) | _pays(posting, version)
    if posting.work_mode == "remote":
        lands = [{"@type": "Country", "name": land} for land in _lands(posting)]
        row |= {"jobLocationType": "TELECOMMUTE", "applicantLocationRequirements": lands if lands[1:] else lands[0]}
    return row if _names_no_place(posting) else row | {"jobLocation": _locations(posting)}


def _texts(posting: Posting, version: Version) -> dict[str, str]:
    prose = compose(posting, version)
    if posting.text_seed % 3 == 0:  # split over three properties
        wanted = [part for part in prose.body if part.kind in ("requirements", "preferred")]
        rest = [part for part in prose.body if part.kind not in ("duties", "requirements", "preferred")]
        duties = [part for part in prose.body if part.kind == "duties"]
        first = _html([prose.intro, *rest, *prose.closing])
        return {"description": first, "responsibilities": _html(duties), "qualifications": _html(wanted)}
    told = _html([prose.intro, *prose.body, *prose.closing])
    return {"description": html.escape(told) if posting.text_seed % 3 == 1 else told}


def _html(parts: list[Section]) -> str:
    return "\n".join(f"<h3>{part.heading}</h3>{content(part)}" for part in parts)


def _posted_at(posting: Posting) -> datetime:
    """Some sites tell the day alone."""
    opened_at = posting.spells[0].opened_at.replace(microsecond=0)
    return datetime.combine(opened_at.date(), time(), UTC) if posting.text_seed % 2 else opened_at


def _date(posting: Posting) -> str:
    at = _posted_at(posting)
    return f"{at:%Y-%m-%d}" if posting.text_seed % 2 else at.astimezone(LOCAL).isoformat()


def _lands(posting: Posting) -> list[str]:
    return list(dict.fromkeys(place.address_country for place in posting.places))


def _names_no_place(posting: Posting) -> bool:
    return posting.work_mode == "remote" and posting.text_seed % 3 == 0


def _locations(posting: Posting) -> Any:
    """Some sites repeat the first address under every place, whose name is right."""
    first, *others = posting.places
    repeats = _repeats(posting)
    told = [_location(first, first.label if repeats else "")]
    told += [_location(first, place.label) if repeats else _location(place, "") for place in others]
    return told if others or posting.text_seed % 2 else told[0]


def _repeats(posting: Posting) -> bool:
    return posting.text_seed % 4 == 0


def _location(place: Place, name: str) -> dict[str, Any]:
    country: Any = (place.address_country, {"@type": "Country", "name": [place.address_country]})[bool(place.region)]
    address = {"@type": "PostalAddress", "streetAddress": "Market Street 1", "addressLocality": place.city}
    address |= {"addressRegion": place.region, "addressCountry": country}
    return {"@type": "Place", "address": address} | ({"name": name} if name else {})


def _pays(posting: Posting, version: Version) -> dict[str, Any]:
    pay = version.pay
    if posting.discloses not in ("structured", "both"):
        none = {"currency": pay.currency, "value": {"minValue": 0, "maxValue": 0, "unitText": "YEAR"}}
        return {"baseSalary": none} if posting.text_seed % 2 else {}
    offers = [_offer(pay, label, low, high, posting.text_seed) for label, low, high in _ranges(pay)]
    return {"baseSalary": offers if offers[1:] else offers[0]}


def _ranges(pay: Pay) -> tuple[tuple[str, int, int], ...]:
    return pay.zones or (("", pay.low, pay.high),)


def _offer(pay: Pay, label: str, low: int, high: int, seed: int) -> dict[str, Any]:
    amounts: tuple[Any, Any] = (f"{low:,}", f"{high:,}.00") if seed % 3 == 0 else (low, high)
    value = {"@type": "QuantitativeValue", "minValue": amounts[0], "maxValue": amounts[1]}
    unit = UNITS[pay.period]
    outer = {"@type": "MonetaryAmount", "name": label, "currency": pay.currency}
    if seed % 4 == 1:
        return outer | {"value": value, "unitText": unit.lower()}
    return outer | {"value": value | {"unitText": unit}}


def told(posting: Posting, at: datetime) -> Told:
    """What the spider should keep."""
    version = posting.versions[posting.version_at(at)]
    pay = version.pay
    offers = _ranges(pay) if posting.discloses in ("structured", "both") else ()
    return Told(
        title=version.title,
        places=tuple(dict.fromkeys(_labels(posting))),
        posted_at=_posted_at(posting),
        posted_basis="date_posted",
        pay=tuple((low, high, pay.currency, pay.period, label) for label, low, high in offers),
    )


def _labels(posting: Posting) -> list[str]:
    if _names_no_place(posting):
        return _lands(posting)
    first, *others = (_joined(place) for place in posting.places)
    if not _repeats(posting):
        return [first, *others]
    names = [place.label for place in posting.places]
    return [first, *(name for name in names[1:] if name != names[0])]


def _joined(place: Place) -> str:
    return ", ".join(dict.fromkeys(part for part in (place.city, place.region, place.address_country) if part))
