"""Places of a posting: printed labels to city, region, country and metropolitan area, by a small gazetteer.

Every part of a label has several readings ("CA" is California and Canada, "Portland" lies in two states); parts
that stand together must agree, and what remains open stays null. "Remote" is not a place, the country beside it
is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import ahocorasick

from analytics.lexicon import lines
from analytics.place_names import Spot, gazetteer, minor
from analytics.scan import Scan, lower

MAX_LABEL = 600
MAX_PLACES = 40
LABELS_KEPT = 4096  # boards print the same few over and over
MAX_EXACT = 4  # letters: a name this short is one only as written
_AREAS = "EU EUROPE EMEA APAC ASIA LATAM NAMER AMERICAS DACH NORDICS AFRICA MENA WORLD BENELUX CEE"
AREAS = frozenset(_AREAS.split())

_CHUNK = re.compile(r"[;|\n•·+]| / |/|\s(?:or|and|oder|und|ou|et|lub|o|y|eller|och|og|nebo|albo|oppure)\s|\s&\s", re.I)
_PART = re.compile(r"[,()\[\]]|\s[-–—]\s|:\s|\s@\s|\sin\s(?=[A-ZÄÖÜ])")
_FILLER = re.compile(
    r"(?i:\b(?:remote(?:ly)?|hybrid|on-?site|in-?office|offices?|hq|headquarters?|based|only|fully|flexible|"
    r"home ?office|"
    r"100 ?%|metropolitan|metro|greater|area|region|district|downtown|city of|work from home|wfh|first|preferred|"
    r"\d{1,2}(?:e|er|ème|nd|th)(?: arr\w*)?|cedex|métropole|großraum|raum|"
    r"mostly|occasionally|gelegentlich|teilweise|zeitweise|überwiegend|parfois|"
    r"innerhalb|aus|ganz|bundesweit|"
    r"anywhere in|location|locations|télétravail|mobile|eligible|candidates|residents?)\b)|\b(?:in|the|within|"
    r"from|of)\b|\b\d{2,6}x{0,3}\b(?<=[\dx]{4})"
)
_NAME = re.compile(r"[^\W\d_][\w'’.-]*(?: [\w'’.-]+){0,3}")
_NOT_NAMES = re.compile(
    r"(?i:\b(?:multiple|various|any|other|several|all|team|us|time|zone|states?|countr|timezone|est|pst|cet|"
    r"utc|gmt|building|floor|campus|"
    r"options?|tbd|more|day|days|week|office|street|st|road|avenue|suite|home|company|"
    r"full|part|job|not|open)\b)"
)
_LINE_WORD = re.compile(
    r"location|standort|arbeitsort|einsatzort|lieu|localisation|ubicación|lokalizacja|sede|miejsce pracy|localização|"
    r"luogo|standplaats|plats|勤務地",
    re.I,
)
_LINE = re.compile(
    r"[ \t]*(?:[^\w\s]{1,3}\s?)?(?:job |primary |work |office )?(?:locations?|standorte?|arbeitsorte?|einsatzort|"
    r"lieu(?: de travail)?|localisation|ubicación|localização|luogo(?: di lavoro)?|standplaats|plats|勤務地|"
    r"lokalizacja|sede|miejsce pracy)\**\s*[:–-]\**\s*([^\n]{2,160})",
    re.I,
)
_ABBREVIATED = re.compile(r"\b([DU])\.\s?([CSK])\.")  # "D.C.", "U.S.", "U.K."
_BRACKETED = re.compile(r"([^\W\d_][^()|;,/\n]{1,40}?) ?\([A-Z]{2}\)")
MOST_WORDS = 8  # of a part that are looked through for a name
MIN_NAME = 3  # letters of a name inside a part
_SHORT = ("US", "UK")
MAX_LINE_AT = 4000  # characters at the top in which a posting names its place
_WITH_PROVINCES = ("BR", "CH", "ES", "IT", "RO")  # provinces of these are printed by two letters


def read_places(labels: Iterable[str], is_label: bool = True) -> list[dict[str, Any]]:
    """The distinct places of printed labels: dicts with city, region, country (ISO2), metro, confidence (high medium
    low).

    Unknown parts are None; a label that names no place gives nothing. Of running text (`is_label` false) a name must be
    all that stands between two commas.
    """
    found: dict[tuple[str | None, ...], dict[str, Any]] = {}
    for label in labels:
        for place in map(dict, _of_label(label[:MAX_LABEL], is_label)) if label else ():
            key = (place["city"], place["region"], place["country"])
            if key not in found and len(found) < MAX_PLACES:
                found[key] = place
    return _without_general(list(found.values()))


def read_parts(label: str = "", city: str = "", region: str = "", country: str = "") -> list[dict[str, Any]]:
    """As `read_places`, for a place whose parts a platform tells apart; the label is used when they say nothing."""
    printed = ", ".join([part for part in (city, region, country) if part])
    if not printed:
        return read_places([label])
    told = read_places([printed])
    if len(told) == 1 and told[0]["city"] is not None:
        return told
    labelled = read_places([label])
    if len(labelled) == 1 and country and labelled[0]["confidence"] != "high":
        labelled = read_places([f"{label}, {country}"]) or labelled
    is_finer = not told or any(place["city"] for place in labelled)
    return labelled if is_finer and _agree(labelled, told) else told


def _agree(places: Sequence[Mapping[str, Any]], others: Sequence[Mapping[str, Any]]) -> bool:
    """Whether two readings of a place name no different countries."""
    return not others or {place["country"] for place in places} <= {place["country"] for place in others} | {None}


def place_line(text: str | Scan) -> str:
    """What the posting's own "Location:" line says, "" when it has none in its first 4,000 characters."""
    if isinstance(text, Scan):
        top, words = text.text, text.places("place")
    else:
        top, words = text, [found.start() for found in _LINE_WORD.finditer(text, 0, MAX_LINE_AT)]
    for at in words:
        if at > MAX_LINE_AT:
            break
        if found := _LINE.match(top, top.rfind("\n", 0, at) + 1):
            return found[1].strip()
    return ""


def areas(label: str) -> list[str]:
    """Countries (ISO2) and larger areas (EU EMEA LATAM ...) named anywhere in a short label, in order."""
    label = label[:MAX_LABEL]
    lowered = lower(label)
    found: dict[str, None] = {}
    if lowered:
        for last, (name, code) in _area_names().iter_long(lowered):
            start, end = last + 1 - len(name), last + 1
            is_word = not (label[start - 1 : start].isalnum() and start) and not label[end : end + 1].isalnum()
            if is_word and (len(name) > MAX_EXACT or label[start:end] == name):
                found[code] = None
    return list(found)


@lru_cache(LABELS_KEPT)
def _of_label(label: str, is_label: bool) -> tuple[tuple[tuple[str, Any], ...], ...]:
    """The places of one label."""
    groups: list[tuple[list[Spot], str]] = []
    for chunk in _CHUNK.split(_ABBREVIATED.sub(r"\1\2", label) if "." in label else label):
        bare = _BRACKETED.sub(_bare_city, chunk) if "(" in chunk else chunk
        parts = [part for printed in _PART.split(bare) if (part := printed.strip(" .\t-–—*"))]
        if groups and len(parts) == 1 and _is_own_region(groups[-1][0], parts[0]):
            continue  # "Belo Horizonte/MG"
        joined = _joined(parts)
        if not joined and is_label:
            joined = [(spots, "") for part in parts for spots in _within(part)]
        groups += joined
    places = [place for spots, name in _countries_alike(groups) if (place := _told(spots, name))]
    return tuple(tuple(place.items()) for place in places)


def _joined(parts: Sequence[str]) -> list[tuple[list[Spot], str]]:
    """Groups of readings that agree, each with the printed name of a city the gazetteer lacks."""
    groups: list[tuple[list[Spot], str]] = []
    unread: list[str] = []
    split = _split_glued(parts)
    for k, part in enumerate(split):
        spots = _readings(part)
        if not spots:
            unread.append(part)
            continue
        unknown = next(filter(None, map(_as_name, reversed(unread))), "")
        unread.clear()
        merged = _merged(groups[-1][0], spots) if groups and not unknown else []
        if merged:
            groups[-1] = (merged, groups[-1][1])
        elif groups and not unknown and _is_province(groups[-1][0], part, spots, split[k + 1 : k + 2]):
            continue
        elif groups and not unknown and _is_foreign_state(groups[-1][0], part, spots):
            groups[-1] = (spots, groups[-1][0][0].city or "")
        else:
            names_city = any(spot.city for spot in spots)
            groups.append((spots, "" if names_city else unknown))
    return groups


def _countries_alike(groups: list[tuple[list[Spot], str]]) -> list[tuple[list[Spot], str]]:
    """ "NL" and "DE" are states of Canada and the US too, yet countries in a list with Austria or Vienna."""
    if len(groups) < 2 or not (any(_lies_abroad(spots) for spots, _ in groups) or _is_among_countries(groups)):
        return groups
    return [
        (bare if len(spots) > 1 and not name and (bare := [s for s in spots if _is_bare(s)]) else spots, name)
        for spots, name in groups
    ]


def _lies_abroad(spots: Sequence[Spot]) -> bool:
    """Whether a reading can lie in no country whose states have codes."""
    return all(spot.country is not None and spot.country not in ("US", "CA", "AU", *AREAS) for spot in spots)


def _is_among_countries(groups: Sequence[tuple[list[Spot], str]]) -> bool:
    """Whether the US as a whole stands in the list and no state of it surely does: "US/CA"."""
    return any(spots == [Spot(None, None, "US")] for spots, _ in groups) and not any(
        spot.country == "US" and (spot.region or spot.city) for spots, _ in groups if len(spots) == 1 for spot in spots
    )


def _is_bare(spot: Spot) -> bool:
    return spot.city is None and spot.region is None


def _split_glued(parts: Sequence[str]) -> list[str]:
    """The parts, those joined by hyphens taken apart where that helps: US-CA-San Francisco, Amsterdam-Hybrid."""
    split: list[str] = []
    for part in parts:
        pieces = part.split("-")
        helps = len(pieces) > 1 and not _readings(part) and any(_readings(piece.strip()) for piece in pieces)
        split += [piece.strip() for piece in pieces] if helps else [part]
    return split


def _readings(part: str) -> list[Spot]:
    by_name, by_code = gazetteer()
    if part in by_code:
        return by_code[part]
    if spots := by_name.get(part.casefold()):
        return spots
    if spots := _before_code(part):
        return spots
    bare = re.sub(r"\s{2,}", " ", _FILLER.sub(" ", part)).strip(" -–.")
    if bare == part or not bare:
        return []
    return by_code.get(bare) or by_name.get(bare.casefold(), [])


def _within(part: str) -> list[list[Spot]]:
    """The names inside a part that is no name as a whole: "Dublin city centre", "London SE1", "Gent of Mechelen"."""
    by_name, by_code = gazetteer()
    words, found, at = part.split()[:MOST_WORDS], [], 0
    while at < len(words):
        for end in range(min(len(words), at + 4), at, -1):
            name = " ".join(words[at:end]).strip("()-–.,")
            is_name = name[:1].isupper() and len(name) >= MIN_NAME
            if spots := by_name.get(name.casefold()) if is_name else by_code.get(name) if name in _SHORT else None:
                found.append(spots)
                at = end - 1
                break
        at += 1
    if not found and not part.isascii():  # scripts without blanks: the name stands first
        found = [by_name[part[:end]] for end in (4, 3, 2) if not part[:end].isascii() and part[:end] in by_name][:1]
    return found


def _bare_city(printed: re.Match[str]) -> str:
    """A city without the province in brackets after it, where its country prints provinces so: "Milano (MI)"."""
    spots = _readings(printed[1].strip())
    is_known = bool(spots) and all(spot.city and spot.country in _WITH_PROVINCES for spot in spots)
    return printed[1] if is_known else printed[0]


def _before_code(part: str) -> list[Spot]:
    """A city and its state without a comma: "Melbourne VIC"."""
    by_name, by_code = gazetteer()
    name, _, code = part.rpartition(" ")
    return _merged(by_name.get(name.casefold(), []), by_code.get(code, [])) if name and 2 <= len(code) <= 3 else []


def in_areas(codes: Iterable[str]) -> list[dict[str, Any]]:
    """The places of countries and states told by code ("US", "US-CA"); larger areas are none."""
    return [
        {"city": None, "region": region or None, "country": country, "metro": None, "confidence": "high"}
        for country, _, region in [code.partition("-") for code in codes]
        if country not in AREAS
    ]


def _merged(left: Sequence[Spot], right: Sequence[Spot]) -> list[Spot]:
    pairs = (_both(one, other) for one in left for other in right)
    return list(dict.fromkeys(spot for spot in pairs if spot is not None))


def _both(one: Spot, other: Spot) -> Spot | None:
    """The two readings as one, None when they contradict."""
    if any(a is not None and b is not None and a != b for a, b in zip(one[:3], other[:3], strict=True)):
        return None
    if one.city is None and other.city is not None and other.region is None and one.region is not None:
        return Spot(other.city, one.region, other.country, other.metro)
    return Spot(
        one.city or other.city, one.region or other.region, one.country or other.country, one.metro or other.metro
    )


def _is_foreign_state(group: Sequence[Spot], part: str, spots: Sequence[Spot]) -> bool:
    """Whether "TX" after "Paris" says that this is another Paris."""
    is_code = len(part) <= 3 and part.isupper() and all(spot.city is None for spot in spots)
    return is_code and any(spot.region for spot in spots) and all(spot.city for spot in group)


def _is_province(group: Sequence[Spot], part: str, spots: Sequence[Spot], following: Sequence[str]) -> bool:
    """Whether a code after a city is its province ("Bologna (BO), Italia", "Chur, GR"), no country and no state."""
    if len(part) != 2 or not part.isupper() or not all(spot.city for spot in group):
        return False
    if _is_own_region(group, part) or any(_merged(group, _readings(after)) for after in following):
        return True
    return not any(spot.region for spot in spots) and any(spot.country in _WITH_PROVINCES for spot in group)


def _is_own_region(group: Sequence[Spot], code: str) -> bool:
    """Whether a code is that of the region in which the city lies, or shortens the name of an Italian one."""
    return any(
        spot.city
        and (
            spot.region == code
            or (spot.country == "IT" and code[0] == spot.city[0] and code[1:].lower() in spot.city[1:])
        )
        for spot in group
    )


def _as_name(part: str) -> str:
    bare = re.sub(r"\s{2,}", " ", _FILLER.sub(" ", part)).strip(" -–.")
    is_name = bare[:1].isupper() and _NAME.fullmatch(bare) is not None and not _NOT_NAMES.search(bare)
    return bare if is_name and len(bare) <= 40 else ""


def state_country(label: str) -> str:
    """The likeliest country of an unknown town before a code that is a country's and a state's: "Alderpoint, CA"."""
    _, comma, code = label[:MAX_LABEL].rpartition(",")
    spots = gazetteer()[1].get(code.strip(), []) if comma else []
    if any(spot.country == "US" for spot in spots) and code.strip() != "DE":
        return "US"
    return next((spot.country or "" for spot in spots if _is_bare(spot)), "")


@lru_cache(LABELS_KEPT)
def names_some_place(label: str) -> bool:
    """Whether a label names anything that may be a place, known or not; "Remote" and "Various" do not."""
    return any(_as_name(part.strip(" .")) for chunk in _CHUNK.split(label[:MAX_LABEL]) for part in _PART.split(chunk))


def _told(spots: Sequence[Spot], name: str) -> dict[str, Any] | None:
    exact = spots
    if len(spots) > 1:
        exact = [spot for spot in spots if not any(_generalises(spot, other) for other in spots)]
        exact = [spot for spot in exact if spot[:3] not in minor()] or exact
    city, region, country, metro = (_agreed([spot[at] for spot in exact]) for at in range(4))
    if country is not None and country in AREAS and not city:
        return None
    confidence = "high" if len(exact) == 1 else "low"
    if name and not city:
        city, confidence = name, "medium" if len(exact) == 1 else "low"
    if city is None and region is None and country is None:
        return None
    return {"city": city, "region": region, "country": country, "metro": metro or None, "confidence": confidence}


def _generalises(spot: Spot, other: Spot) -> bool:
    return (
        spot != other
        and all(a is None or a == b for a, b in zip(spot[:3], other[:3], strict=True))
        and spot[:3] != other[:3]
    )


def _agreed(values: Sequence[str | None]) -> str | None:
    return values[0] if values and all(value == values[0] for value in values) else None


def _without_general(places: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without a bare country that another place already lies in."""
    if len(places) < 2:
        return places
    cities = {place["country"] for place in places if place["city"] or place["region"]}
    return [place for place in places if place["city"] or place["region"] or place["country"] not in cities]


@cache
def _area_names() -> Any:
    """Names of countries and areas as an automaton in small letters; short ones ("US", "EU") count only as written."""
    codes = {row["name"]: row["code"] for row in lines("countries") if row["name"] != "Georgia"}  # a state too
    automaton = ahocorasick.Automaton()
    for name, code in (codes | {"US": "US"}).items():
        automaton.add_word(lower(name), (name, code))
    automaton.make_automaton()
    return automaton
