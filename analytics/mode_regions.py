"""Where a remote worker may live, and where not."""

from __future__ import annotations

import re

from analytics.marked import told_in_sentences
from analytics.place import areas, read_places
from analytics.scan import Scan, lower

_REGION = re.compile(
    r"(?:remot(?:e(?:ly)?|o|a)|from home|zu hause|desde casa)[ ,:–(-]{1,4}(?:work )?(?:within|in|from|across|"
    r"anywhere in|based in|only in|innerhalb|aus|desde|en|–|-)?\s?(?:the )?"
    r"([^.\n;]{2,120})|"
    r"\b(?:must|need to|have to|should|required to)[ ](?:be )?(?:located|reside|live|based|residing|living)"
    r"(?: anywhere)? (?:with)?in (?:the )?([^.\n;]{2,120})|"
    r"\b(?:open to|accepting|considering|hiring|hire|employ|entities) (?:you |only |candidates |applicants |people |"
    r"residents |anyone )?(?:based |located |residing |living |anywhere )?(?:in|from|within|across|of) (?:the )?"
    r"([^.\n;]{2,120})|"
    r"\b(?:(?:live|living|work|working|located|reside|residing|based|wherever you are|anyone|people|applicants|"
    r"candidates|residents|be)(?: living| located| residing| based| anywhere)? (?:anywhere )?(?:with)?(?:in|of)|"
    r"anywhere (?:in|across)|si (?:vives|resides) en|desde cualquier (?:lugar|parte) de|de qualquer lugar d[eoa]|"
    r"von überall (?:in|aus)|partout en|da qualsiasi (?:luogo|parte) d'|overal in|wohnst in|wohnhaft in|"
    r"wohnsitz in|résid\w{1,4} en|teren\w{0,2}) (?:the )?([^.\n;:]{2,90})|"
    r"[ -](?:only|based)\b[^.\n]{0,12}remote"
)
_EXCLUDED = re.compile(
    r"\b(?:except(?:ing|ion of)?|excluding|not (?:available|open|eligible|able to hire|hiring)"
    r"(?: to (?:candidates|residents))?(?: (?:in|from|of|for))?|(?:cannot|unable to) (?:hire|employ)(?: \w+)? (?:in|"
    r"from)|outside of)\s{1,4}(?:residents of |candidates in |the )?([^.\n;)]{2,80})"
)
_BEYOND = re.compile(  # what follows tells of others: "based in Spain, working with our Chile office"
    r"\b(?:except|excluding|but|or from|working|collaborat\w+|with|our|employees|customers|colleagues|clients|users|"
    r"offices?|while|where|we|wir|nous|serving|reporting|travel\w*)\b"
)
_AWAY = re.compile(r"remot|anywhere|home ?office", re.I)
_BEFORE_ONLY = 30  # characters before "US-based remote" that are looked at


def regions(scanned: Scan, label: str) -> list[str]:
    found = areas(label) if _AWAY.search(label) else []
    for _, told in told_in_sentences(scanned, "region", _allowed):
        found += told
    return list(dict.fromkeys(found))


def excluded(scanned: Scan) -> list[str]:
    told = [part for _, parts in told_in_sentences(scanned, "excluded", _barred) for part in parts]
    named = read_places(told, is_label=False)
    larger = [place for place in named if place["city"] is None and place["country"]]
    codes = [f"{p['country']}-{p['region']}" if p["region"] else p["country"] for p in larger]
    return list(dict.fromkeys(codes))


def _allowed(text: str, first: int, last: int) -> tuple[str, ...]:
    """Where a sentence says that one may live."""
    sentence = text[first:last]
    found: list[str] = []
    for told in _REGION.finditer(lower(sentence)):
        group = told.lastindex
        start, end = told.span(group) if group else (max(0, told.start() - _BEFORE_ONLY), told.start())
        found += areas(_BEYOND.split(sentence[start:end])[0])
    return tuple(found)


def _barred(text: str, first: int, last: int) -> tuple[str, ...]:
    """What a sentence names as places where one may not."""
    sentence = text[first:last]
    return tuple(sentence[slice(*told.span(1))] for told in _EXCLUDED.finditer(lower(sentence)))
