"""Where the work is done: remote, hybrid, onsite, flexible; days on site; where a remote worker may live.

Every sentence that names an arrangement becomes a row of letters (`analytics.mode_row`), and short patterns read the
letters.

Evidence in order: a denial ("not a remote role"), stated days, the platform's own field, the title, a free choice, a
sentence about the arrangement, the location, a tag, single words, a seat ("in our Oslo office"). No evidence is
`unspecified`, never onsite.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from analytics.mode_clear import cleared
from analytics.mode_days import Days, days_on_site
from analytics.mode_regions import excluded, regions
from analytics.mode_row import MAX_SENTENCE, Row, row, sentences
from analytics.mode_seat import weak_mode
from analytics.place import read_places
from analytics.scan import Scan, lower, scan

__all__ = ("MODES", "read_mode", "sentences")

MODES = ("remote", "hybrid", "onsite", "flexible")
HEAD = 600  # characters at the top, where the terms of a job are listed: a single word counts there
SHORT = 10  # words: a line this short about an arrangement is about this job's

_PLACED = re.compile(r"[OSHGARrYyXBKTQa]|ND|h_{0,3}E")
_TALK = re.compile(r"v[_IiU]{0,4}[RrSOH]|[RrSO][_IiU]{0,3}v")  # interviews, first days: not where the work is done
_NOT_HYBRID = re.compile(r"[Zx]_{0,2}[Yy]")
_NOT_HOME = re.compile(r"Z_{0,2}H")  # "on-premise, trams do not come home"
_OR_REMOTE = re.compile(r"_V_{0,2}[RrGH]")
_DENIED = re.compile(r"[Zx][_Ii]{0,3}[RrG](?!_{0,2}V)|[RrGH][_Ii]{0,6}z|x_{0,4}H")
_CHOICE = re.compile(
    r"[OSHGRrYyh][^;]{0,10}C|C[^;]{0,10}[OSHGRrYy]|[OS]_{0,2}[HRr]_?V|O_*;_{0,3}C|[RrHG]_{0,6}V[_IiV]{0,6}[OSYy]|[OSYy]_{0,6}V[_IiV]{0,6}[RrHG]|"
    r"w[^;]{0,10}V_{0,2}[HRr]|[OS]_{0,4}f|f_{0,2}[OS]"
)
_MENU = re.compile(r"[OSYyRrGH](?:[V;]?[OSYyRrGH]){2}")  # "office, hybrid or remote": no word between
_SIDES = {"O": "on", "S": "on", "Y": "both", "y": "both", "R": "off", "r": "off", "G": "off", "H": "off"}
_FREE = re.compile(r"[rR].*[OS]_{0,4}f")  # "remote, with an office for those who like one"
_AWAY_FOR_SOME_TIME = re.compile(r"[RrHG]_{0,6}U_{0,3}[ND]{0,2}_?[MD](?!_?W)|[RH]_{0,3}N?_?M|NM_{0,3}[RH]|U_{0,2}D_?M")
_DIGIT = re.compile(r"\d")
_EVERY_WEEK = re.compile(r"(?<![PN$])[OS]_{0,2}W(?!_{0,2}M)")
_PARTLY = re.compile(r"y|p_{0,3}[RrGH]|[RrGH]_{0,3}p")
_WHOLLY = re.compile(r"F[_Ii]{0,2}[GH]|[GH]_?F")
_PASSING = re.compile(r"S_{0,2}W?[MPs]|[MPs]_{0,3}S|o.*S")
_SEAT = re.compile(
    r"i_{0,2}[OSB]|I_{0,1}[O].*[jK]|[jK].*I_{0,1}O|j[_Ii]{0,3}O|O[_Ii]{0,3}j|n[_Ii]{0,3}[OS]|w[_IiU]{0,3}O|F_{0,2}IO"
)
_NO_SEAT = re.compile(r"[MPsvL$][_Ii]{0,4}[OS]|O_{0,2}W?[MPsv]|[Zx][_Ii]{0,5}[OS]|o|V.*[RrHG]")


class Evidence:
    """What the sentences of a posting say, collected."""

    def __init__(self) -> None:
        self.strong: set[str] = set()
        self.weak: list[str] = []
        self.is_seated = False  # "in our Nairobi office": enough where nothing else is said
        self.tags: set[str] = set()
        self.days: list[Days] = []

    @property
    def mode_by_days(self) -> str:
        if not self.days:
            return ""
        n = self.n_days
        return "onsite" if n == 5 or any(days.is_week for days in self.days) else "remote" if n == 0 else "hybrid"

    @property
    def n_days(self) -> int | None:
        """The first number of days that is stated."""
        told = [days.n for days in self.days if days.n is not None]
        return next((n for n in told if n < 5), told[0] if told else None)


def read_mode(text: str | Scan, location: str = "", title: str = "", printed: str = "") -> dict[str, Any]:
    """work_mode, onsite_days a week or None, remote_regions and remote_excluded (ISO2, US-CA, EU EMEA ...). `printed`
    is the platform's own field, trusted unless the text denies it or, where it says remote, tells more."""
    scanned = scan(text)
    evidence = Evidence()
    for label in (title[:MAX_SENTENCE], location[:MAX_SENTENCE]):
        if _from_label(label) or _DIGIT.search(label):
            _weigh(label, lower(label), 0, len(label), evidence, is_label=True)
    for start, end in sentences(scanned, "mode"):
        _weigh(scanned.text, scanned.lowered, start, end, evidence)
    mode = _decide(evidence, location, title, printed) or weak_mode(scanned) or "unspecified"
    is_away = mode in ("remote", "flexible")
    return {
        "work_mode": mode,
        "onsite_days": evidence.n_days if mode in ("hybrid", "onsite") else None,
        "remote_regions": regions(scanned, f"{location}\n{title}") if is_away else [],
        "remote_excluded": excluded(scanned) if is_away else [],
    }


def _decide(evidence: Evidence, location: str, title: str, printed: str) -> str:
    by_days, strong = evidence.mode_by_days, evidence.strong
    if by_days and (evidence.n_days is None or all(days.is_loose for days in evidence.days)):
        is_onsite = strong == {"onsite"}  # "most days" tells less than a label, or "we are an in-person company"
        by_days = _from_label(title) or _from_label(location) or ("onsite" if is_onsite else by_days)
    if "denied" in strong:
        return "hybrid" if by_days == "hybrid" or "hybrid" in strong else "onsite"
    by_field = _from_label(printed)
    return (
        by_days
        or (by_field if by_field != "remote" else "")  # platforms tick "remote" for hybrid work too
        or _from_label(title)
        or ("flexible" if "flexible" in strong else "")
        or _from_sentences(strong)
        or _from_label(location)
        or by_field
        or _only(evidence.tags)
        or next(iter(evidence.weak), "onsite" if evidence.is_seated else "")
    )


def _from_sentences(strong: set[str]) -> str:
    return "hybrid" if "hybrid" in strong else next(iter(strong)) if len(strong) == 1 else ""


def _only(modes: set[str]) -> str:
    return next(iter(modes)) if len(modes) == 1 else "flexible" if modes else ""


@lru_cache(maxsize=4096)
def _from_label(label: str) -> str:
    """The mode a short label names; several at once leave the choice open."""
    said = label.casefold().translate(_GLUE)
    found = {_LABELS[word] for word in _LABEL_WORD.findall(said)} if said else set()
    if found == {"remote"} and _OR_LABEL.search(label):
        return "flexible"
    cities = [part for part in label.split(";") if not _from_label(part)] if ";" in label else ()
    if found == {"remote"} and any(place["city"] for place in read_places(cities)):
        return "flexible"  # a list of places to choose from, one of which is none
    return "hybrid" if "hybridremote" in said else _only(found)


_OR_LABEL = re.compile(
    r"\w,? (?:or|oder|o|ou|of|lub|albo|eller|veya) (?:\w{1,6} ){0,2}(?:100 ?% )?(?:remot|tele|zdaln|home|distan)", re.I
)
_GLUE = str.maketrans("", "", "-_ ")
_LABELS = {
    word: mode
    for mode, words in {
        "remote": "remote remoto telecommute homeoffice anywhere télétravail zdaln workfromhome distans",
        "hybrid": "hybrid hybryd híbrid nachvereinbarung temporarilyremote",
        "onsite": "onsite inoffice inperson vorort surplace sursite stacjonarn presencial",
        "flexible": "flexible",
    }.items()
    for word in words.split()
}
_LABEL_WORD = re.compile("|".join(sorted(_LABELS, key=len, reverse=True)))


def _weigh(text: str, lowered: str, start: int, end: int, evidence: Evidence, *, is_label: bool = False) -> None:
    """Adds what one sentence says."""
    said = cleared(row(lowered, start, end), lowered, start, end)
    letters = said.letters
    if not _PLACED.search(letters) or ("v" in letters and _TALK.search(letters)):
        return
    if "T" in letters:
        evidence.tags.update(said.words[at].value for at, letter in enumerate(letters) if letter == "T")
    days = days_on_site(said, text)
    if days:
        evidence.days.extend(days)
    elif not is_label:
        if "V" in letters and _OR_REMOTE.search(letters) and _is_place_or(said, text, start):
            letters += "X"
        _modes(letters, evidence, is_short=text.count(" ", start, end) < SHORT, is_head=start < HEAD)
    elif "X" in letters or _CHOICE.search(letters):
        evidence.strong.add("flexible")


def _is_place_or(said: Row, text: str, start: int) -> bool:
    """Whether a city is the other choice: "Leeds or fully remote"."""
    found = _OR_REMOTE.search(said.letters)
    before = text[start : said.words[found.start() + 1].start] if found else ""
    last = re.split(r"[-–—,:;|(\n]| in | at ", f" {before.rstrip(' ,')}")[-1].strip()
    return 2 < len(last) < 30 and any(
        place["city"] for place in read_places([last.title() if last.islower() else last])
    )


def _modes(letters: str, evidence: Evidence, *, is_short: bool, is_head: bool) -> None:
    letters = _NOT_HYBRID.sub("_", letters)
    if "Z" in letters and set("FOS") & set(letters):
        letters = _NOT_HOME.sub("_", letters)
    strong, said = evidence.strong, set(letters)
    if _DENIED.search(letters):
        strong.add("denied")
    elif "X" in said or ("d" not in said and (_CHOICE.search(letters) or _is_menu(letters))):
        strong.add("remote" if _FREE.search(letters) else "flexible")
    elif ("Y" not in said and _AWAY_FOR_SOME_TIME.search(letters)) or "o" in said:
        return
    elif "a" in said:
        strong.add("flexible" if said & set("OS") else "remote")
    elif _is_partly(letters, said):
        strong.add("hybrid")
    elif "Y" in said:
        strong.add("hybrid") if is_short or said & set("SOHGRrWKDIiF") else evidence.weak.append("hybrid")
    elif "G" in said:
        strong.add("remote" if "r" in said or _WHOLLY.search(letters) else "hybrid")
    else:
        _plain(letters, said, evidence, is_short=is_short, is_head=is_head)


def _is_partly(letters: str, said: set[str]) -> bool:
    """Whether both sides are named, or days of one."""
    if said & set("AB") or (said & set("GH") and said & set("SOd")):
        return True
    return bool(_PARTLY.search(letters) or _EVERY_WEEK.search(letters))


def _is_menu(letters: str) -> bool:
    found = _MENU.search(letters)
    return found is not None and len({_SIDES[letter] for letter in found[0] if letter in _SIDES}) == 3


def _plain(letters: str, said: set[str], evidence: Evidence, *, is_short: bool, is_head: bool) -> None:
    """Of sentences that name one side only."""
    if "e" in said and said & set("HR"):
        evidence.weak.append("hybrid")  # "the rest of the week from home": of what is told elsewhere
    elif "r" in said or _WHOLLY.search(letters):
        evidence.strong.add("remote")
    elif "R" in said:
        if is_short:
            evidence.strong.add("remote")
        elif is_head:
            evidence.weak.append("remote")
    elif "S" in said and not _PASSING.search(letters) and "ZS" not in letters and "Z_S" not in letters:
        evidence.strong.add("onsite")
    elif said & set("OSB") and _SEAT.search(letters) and not _NO_SEAT.search(letters):
        evidence.is_seated = True
