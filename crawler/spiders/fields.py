"""What the fields of a stranger's row hold: any of them may be missing or of another type, and then reads as empty."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields as fields_of
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html import escape, unescape
from types import MappingProxyType
from typing import Any, Final

from store.markup import parse_html
from store.posting import Place, Posting

ID_CAP: Final = 200
MOST_MARKUP: Final = 20_000  # characters of a small piece of HTML; parsing costs the square of its depth
Row = dict[str, Any]
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
EMPTY: Final[tuple[Any, ...]] = (None, "", [], {})
_DIV = re.compile(r"<div\b|</div\s*>", re.I)
_TYPED = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,12})(?:[.,](\d{1,2}))?")


class Keys:
    """Which keys of a row are read: `named` stand in the text fields of a posting, ours=theirs; `used` are read
    otherwise, or never kept.

    `company=company.name` names a key of an object within the row; in `used` it may be one of the objects of an array.
    What is left of them is served.
    """

    def __init__(self, named: str, used: str = "") -> None:
        pairs = (pair.partition("=") for pair in named.split())
        texts = {ours: theirs or ours for ours, _, theirs in pairs}
        self.id = texts.pop("external_id", "id")
        self.texts = {ours: theirs for ours, theirs in texts.items() if "." not in theirs}
        self.inner = {ours: _parted(theirs) for ours, theirs in texts.items() if "." in theirs}
        told = names(used)
        self.rests: dict[str, frozenset[str]] = {}
        for outer, key in (*self.inner.values(), *(_parted(key) for key in told if "." in key)):
            self.rests[outer] = self.rests.get(outer, frozenset()) | {key}
        self.used = told.union(self.texts.values(), self.rests)

    def texts_of(self, row: Row) -> dict[str, str]:
        """The texts of a row by our names."""
        told = {ours: text(row.get(theirs)) for ours, theirs in self.texts.items()}
        return told | {ours: text(mapping(row.get(outer)).get(key)) for ours, (outer, key) in self.inner.items()}

    def left_of(self, row: Row) -> dict[str, Any]:
        """What is left of a row, and of the objects within it, where no field holds it."""
        told = left_over(row, self.used)
        for outer, keys in self.rests.items():
            told[outer] = _rest(row.get(outer), keys)
        return left_over(told) if self.rests else told


def names(told: str) -> frozenset[str]:
    """The words as a set of keys."""
    return frozenset(told.split())


def posting(
    row: Row,
    keys: Keys,
    *,
    posted: tuple[datetime | None, str] = (None, ""),
    more: Mapping[str, Any] = MappingProxyType({}),
    **told: Any,
) -> Posting:
    """A posting whose text fields stand in the row under `keys`; `told` holds the others.

    Its id, where `told` has none, is the row's under the key that `external_id` names, or `id`. What `keys` do not name
    goes to `served`, and so does what `more` holds, which is left of the inner parts of the row. `posted` is a time, or
    None, and its basis.
    """
    values: dict[str, Any] = {**keys.texts_of(row), "served": keys.left_of(row)}
    if "external_id" not in told:
        values["external_id"] = native_id(row.get(keys.id))
        values["served"].pop(keys.id, None)
    values["served"] |= left_over(more)
    if posted[0] is not None:
        values |= {"posted_at": posted[0], "posted_basis": posted[1]}
    return Posting(**values | told)


def with_more(listed: Posting, own: Posting) -> Posting:
    """The posting of a list with all that its own page fills; its id stays, `served` holds both."""
    told = {field.name: getattr(own, field.name) for field in fields_of(Posting) if getattr(own, field.name)}
    return replace(listed, **told | {"external_id": listed.external_id, "served": listed.served | own.served})


def text(value: Any) -> str:
    """A string as it is, a number as digits, anything else ''."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def native_id(value: Any) -> str:
    """An id as text; '' for anything but a string or an integer of at most 200 characters."""
    told = text(value).strip() if not isinstance(value, float) else ""
    return told if len(told) <= ID_CAP else ""


def number(value: Any) -> float | None:
    """A number as float, None for anything else (also for true and false)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e300 else None


def mapping(value: Any) -> dict[str, Any]:
    """A JSON object, {} for anything else."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """A JSON array, [] for anything else."""
    return value if isinstance(value, list) else []


def objects(value: Any) -> list[dict[str, Any]]:
    """The JSON objects in a JSON array; whatever else stands in it is left out."""
    return [part for part in items(value) if isinstance(part, dict)]


def texts_at(row: Mapping[str, Any], told: str) -> list[str]:
    """The texts of a row under these keys, '' where there is none: `city, country = texts_at(row, "city country")`."""
    return [text(row.get(key)) for key in told.split()]


def first_text(row: Mapping[str, Any], told: str) -> str:
    """The first text of a row under these keys that is not empty."""
    return next(filter(None, texts_at(row, told)), "")


def text_in(value: Any, key: str) -> str:
    """The text under a key of an object, or the text that stands in the place of the object."""
    return text(mapping(value).get(key)) or text(value)


def texts(value: Any, key: str) -> list[str]:
    """The trimmed non-empty texts under `key` in an array of objects."""
    told = (text(mapping(part).get(key)).strip() for part in items(value))
    return [part for part in told if part]


def at(value: Any, path: str) -> Any:
    """What stands in objects within objects under `meta.total`; None where there is none, the value itself under ``."""
    for key in path.split(".") if path else ():
        value = mapping(value).get(key)
    return value


def places_of(labels: Iterable[Any]) -> tuple[Place, ...]:
    """Places of printed labels, each once, in their order."""
    return tuple(Place(label=label) for label in dict.fromkeys(text(label).strip() for label in labels) if label)


def place(city: str = "", region: str = "", country: str = "", *, label: str = "", otherwise: str = "") -> Place:
    """The place of these parts; a label that is not printed is made of them, `otherwise` where there are none."""
    return Place(label=label or label_of(city, region, country) or otherwise, city=city, region=region, country=country)


def labelled(places: Iterable[Place]) -> tuple[Place, ...]:
    """The places that have a label, each once."""
    return tuple(place for place in dict.fromkeys(places) if place.label)


def label_of(*names: str) -> str:
    """The label of a place that only its parts tell: the names that are not empty, each once, with commas."""
    return ", ".join(dict.fromkeys(filter(None, names)))


def joined(parts: Iterable[Any], between: str = "; ") -> str:
    """The texts among the parts that are not empty, as one."""
    return between.join(part for part in map(text, parts) if part)


def iso_time(value: Any) -> datetime | None:
    """Aware UTC time of an ISO 8601 text with offset; None without an offset or outside 1990-2099."""
    try:
        at = datetime.fromisoformat(text(value))
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo is not None and 1990 <= at.year < 2100 else None


def utc_time(value: Any) -> datetime | None:
    """Aware UTC time of an ISO 8601 text, taken for UTC where it names no zone."""
    return iso_time(value) or iso_time(f"{text(value)}+00:00")


def epoch_s_time(value: Any) -> datetime | None:
    """Aware UTC time of seconds since 1970, also of such typed as text; None outside 1990-2099."""
    seconds = typed_number(value)
    return None if seconds is None else epoch_ms_time(seconds * 1000)


def epoch_ms_time(value: Any) -> datetime | None:
    """Aware UTC time of milliseconds since 1970; None outside 1990-2099."""
    ms = number(value)
    if ms is None or not 631_152_000_000 <= ms < 4_102_444_800_000:
        return None
    return EPOCH + timedelta(milliseconds=ms)


def spaced_time(value: Any) -> datetime | None:
    """Aware UTC time of `2026-08-05 10:10:39 UTC`; None for anything else."""
    told = text(value).strip()
    return iso_time(told.removesuffix("UTC").strip() + "+00:00") if told.endswith("UTC") else None


def day_time(value: Any) -> datetime | None:
    """Aware UTC midnight of a day or of an ISO time without a zone; None for anything else."""
    return iso_time(f"{text(value).strip()[:10]}T00:00:00+00:00")


def rfc822_time(value: Any) -> datetime | None:
    """Aware UTC time of a mail or feed date with a zone; None for anything else."""
    try:
        at = parsedate_to_datetime(text(value))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return iso_time(at.isoformat())


def typed_number(value: Any) -> float | None:
    """A number, also one that was typed as text ("60000", "60,000", "18.50", "18,50"); None for anything else."""
    told = _TYPED.fullmatch(text(value).strip())
    return float(f"{told[1].replace(',', '')}.{told[2] or 0}") if told else number(value)


def left_over(row: Mapping[str, Any], used: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The keys of a row that no field of a posting holds, empty ones left out."""
    return {key: value for key, value in row.items() if key not in used and value not in EMPTY}


def html_of(plain: str) -> str:
    """Plain text as HTML with its line breaks."""
    return escape(plain, quote=False).replace("\n", "<br>")


def paragraph(value: Any, before: str = "") -> str:
    """A plain text as a paragraph of HTML, with a word `before` it; '' without one."""
    told = text(value).strip()
    return f"<p>{html_of(before + told)}</p>" if told else ""


def section(heading: str, html: str) -> str:
    """HTML below its heading, a plain text; without a heading as it is, '' without any."""
    return f"<h3>{html_of(heading)}</h3>{html}" if heading and html else html


def unescaped(html: str) -> str:
    """HTML that was escaped once more, unescaped once: what was written as an entity stays one.

    The brackets of tags, nearly all there is, go first: the library calls a function for each.
    """
    if "<" in html:
        return html
    return unescape(html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"'))


def one_line(parts: Iterable[str]) -> str:
    """The texts on one line."""
    return " ".join(" ".join(parts).split())


def plain_of(html: str) -> str:
    """The text of a small piece of HTML on one line; TooCostly where it is nested without end."""
    body = parse_html(html[:MOST_MARKUP]).body if "<" in html or "&" in html else None
    return " ".join((body.text(separator=" ") if body else html).split())


def cut_div(html: str, css_class: str) -> tuple[str, str]:
    """(inner HTML of the first `div` of that class, the rest); ('', html) when there is none or it does not end.

    Cut in the text, not in a parsed tree: what is kept stays as printed, whatever version of a parser is installed.
    """
    named = rf"(?<![\w-]){css_class}(?![\w-])"
    opening = re.search(rf"<div[^<>]{{0,300}}?\bclass=[\"'][^\"'<>]{{0,300}}?{named}[^<>]*>", html)
    if opening is None:
        return "", html
    depth = 1
    for tag in _DIV.finditer(html, opening.end()):
        depth += -1 if tag[0].startswith("</") else 1
        if depth == 0:
            return html[opening.end() : tag.start()], html[: opening.start()] + html[tag.end() :]
    return "", html


def _rest(value: Any, used: frozenset[str]) -> Any:
    """What is left of an object, or of the objects of an array."""
    if isinstance(value, list):
        return [rest for part in objects(value) if (rest := left_over(part, used))]
    return left_over(mapping(value), used)


def _parted(path: str) -> tuple[str, str]:
    outer, _, key = path.partition(".")
    return outer, key
