"""The mode that a short label names: a title, a location, a platform's own field."""

from __future__ import annotations

import re
from functools import lru_cache

from analytics.mode_row import PLACED, row
from analytics.place import read_places
from analytics.scan import lower

__all__ = ("from_label", "is_only_remote", "only")

_OR_LABEL = re.compile(
    r"\w,? (?:or|oder|o|ou|of|lub|albo|eller|veya) (?:\w{1,6} ){0,2}(?:100 ?% )?(?:remot|tele|zdaln|home|distan)", re.I
)
_ANYWHERE = re.compile(
    r"(?:(?:work from |from )?anywhere|worldwide|weltweit|location[- ]independent|ortsunabhängig|standortunabhängig|"
    r"partout|cualquier lugar)(?! (?:near|around|within \d))\b",
    re.I,
)
_ONLY_REMOTE = re.compile(r"(?:fully |100 ?% )?(?:remot|zdaln|anywhere)(?!.* (?:or|and|oder|ou|lub|/) )", re.I)
_HOME_AT_TIMES = re.compile(  # "Duisburg, Homeoffice möglich"
    r"\w.{0,20}(?:home[- ]?office|telearbeit|télétravail|teletrabajo|smart working|thuiswerk\w*|mobile[ns]? arbeit\w*|"
    r"wfh|hemarbete|telework)(?: ist| is| est)?[ -]"
    r"(?:teilweise |anteilig |partly |partiel|parcial|parziale|tage?weise |"
    r"nach absprache )?(?:möglich|possible|posible|possibile|mogelijk|möjligt|option|partiel|parcial|parziale)|"
    r"\w.{0,20}(?:teilweise|zum teil|tageweise|anteilig) (?:home|remote|mobil)|partial(?:ly)? remote|"
    r"télétravail partiel|part[- ]remote|teilremote",
    re.I,
)
_LABELS = {
    word: mode
    for mode, words in {
        "remote": "remote remoto telecommute homeoffice homebased homeworking anywhere télétravail zdaln "
        "workfromhome distans teletrabajo teletrabalho telearbeit telelavoro thuiswerken hemarbete",
        "hybrid": "hybrid hybryd híbrid nachvereinbarung temporarilyremote smartworking mobilesarbeiten",
        "onsite": "onsite inoffice inperson vorort surplace sursite stacjonarn presencial",
        "flexible": "flexible",
    }.items()
    for word in words.split()
}
_LABEL_WORD = re.compile("|".join(sorted(_LABELS, key=len, reverse=True)))


def is_only_remote(label: str) -> bool:
    """Whether a label opens with remote work and has no other choice: "Remote, EMEA"."""
    return _ONLY_REMOTE.match(label) is not None


def only(modes: set[str]) -> str:
    """The one mode of a set; several leave the choice open."""
    return next(iter(modes)) if len(modes) == 1 else "flexible" if modes else ""


@lru_cache(maxsize=4096)
def from_label(label: str) -> str:
    """The mode a short label names; several at once leave the choice open."""
    said = label.casefold().replace("-", "").replace("_", "").replace(" ", "")
    if _ANYWHERE.match(label):
        return "remote"
    found = {_LABELS[word] for word in _LABEL_WORD.findall(said)}
    if not found:
        return ""
    if found & {"hybrid", "remote"} and not PLACED.search(row(lower(label), 0, len(label)).letters):
        return ""  # "Engineer, Hybrid Search"
    if found == {"remote"} and _OR_LABEL.search(label):
        return "flexible"
    if found == {"remote"} and _HOME_AT_TIMES.search(label):
        return "hybrid"
    cities = [part for part in label.split(";") if not from_label(part)] if ";" in label else ()
    if found == {"remote"} and any(place["city"] for place in read_places(cities)):
        return "flexible"  # a list of places to choose from, one of which is none
    return "hybrid" if "hybridremote" in said else only(found)
