"""Where the work is done: remote, hybrid, onsite, flexible; days on site; where a remote worker may live.

Every sentence that names an arrangement is turned into a row of letters, one a word of `lexicon/arrangements.csv`
("two days a week in our office" is `N_DWS`, `_` any other word), and short patterns read the letters. So one grammar
serves every language, and a phrase that only looks like a mode (hybrid search) is a longer word of its own.

Evidence in order: a denial ("not a remote role"), stated days, the platform's own field, the title, a free choice, a
sentence about the arrangement, the location, a tag, single words. No evidence is `unspecified`, never onsite.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any, NamedTuple

import ahocorasick

from analytics.lexicon import lines
from analytics.place import areas, read_places
from analytics.scan import Scan, lower, scan

MODES = ("remote", "hybrid", "onsite", "flexible")
MAX_SENTENCES = 80
MAX_SENTENCE = 240  # characters looked at on either side of a word
HEAD = 600  # characters at the top, where the terms of a job are listed: a single word counts there
SHORT = 10  # words: a line this short about an arrangement is about this job's

_BY_KIND = (
    "at:I choice:C day:D depends:d flexible:X fortnight:J full:F here:h home:H home_day:A homeoffice:G hybrid:Y "
    "hybrid_job:y leave:L money:$ no:Z no_after:z number:N office:O office_day:B once:E onsite:S or:V others:o "
    "percent:Q period:M perk:P remote:R remote_job:r seldom:s tag:T times:D trap:_ up_to:U week:W weekday:K"
)
LETTERS = dict(pair.split(":") for pair in _BY_KIND.split())
_END = re.compile(r"(?<!\b\w)\.(?=\s)|[!?](?=\s)|[\n•]")  # not the stop of "U.S. citizen"
_PLACED = re.compile(r"[OSHGARrYyXBKTQ]|ND|h_{0,3}E")
_COUNT = re.compile(r"(U_{0,2})?(?:N(?:_{0,2}V?_?(N))?_?[DBA]|[EQ])")
_DENIED = re.compile(r"Z_{0,3}[RrG](?!.{0,6}S)|[RrG]_{0,3}z")
_CHOICE = re.compile(
    r"[OSHGRrYy][^;]{0,10}C|C[^;]{0,10}[OSHGRrYy]|[RrHG]_{0,6}V[_IV]{0,6}[OSYy]|[OSYy]_{0,6}V_{0,6}[RrHG]"
)
_AWAY_FOR_SOME_TIME = re.compile(r"[RrHG]_{0,6}U_{0,3}[ND]{0,2}_?[MD](?!_?W)|[RH]_{0,3}N?_?M|NM_{0,3}[RH]|U_{0,2}D_?M")
_MONEY = re.compile(r"[GHORS]_{0,2}\$|\$_{0,5}[GHO]")
_PASSING = re.compile(r"S_{0,2}W?[MPs]|[MPs]_{0,3}S|o.*S")
_NOT_WEEKLY = re.compile(r"_?[Ms]|_{0,2}[PL]")
_AT_A_PLACE = re.compile(r"\W{1,2}(?:[Ii]n|at|near|on|à|am|[Ww]|en|em|i|im)\s(?:the\s|our\s)?[A-ZÄÖÜÉŁŚŻ]")
_THROUGH = re.compile(r"\s?(?:-|–|—|to|through|thru|until|till|bis|à|au|a|do|t/m|tot|til|till)\s?", re.I)

_REGION = re.compile(
    r"(?:remot(?:e(?:ly)?|o|a)|from home|zu hause|desde casa)[ ,:–(-]{1,4}(?:work )?(?:within|in|from|across|"
    r"anywhere in|based in|only in|innerhalb|aus|desde|en|–|-)?\s?(?:the )?"
    r"([^.\n;]{2,120})|"
    r"\b(?:must|need to|have to|should|required to)[ ](?:be )?(?:located|reside|live|based|residing|living)"
    r"(?: anywhere)? (?:with)?in (?:the )?([^.\n;]{2,120})|"
    r"\b(?:open to|accepting|considering|hiring|hire|employ|entities) (?:you |only |candidates |applicants |people |"
    r"residents |anyone )?(?:based |located |residing |living |anywhere )?(?:in|from|within|across|of) (?:the )?"
    r"([^.\n;]{2,120})|"
    r"[ -](?:only|based)\b[^.\n]{0,12}remote"
)
_EXCLUDED = re.compile(
    r"\b(?:except(?:ing|ion of)?|excluding|not (?:available|open|eligible|able to hire|hiring)"
    r"(?: to (?:candidates|residents))?(?: (?:in|from|of|for))?|(?:cannot|unable to) (?:hire|employ)(?: \w+)? (?:in|"
    r"from)|outside of)\s{1,4}(?:residents of |candidates in |the )?([^.\n;)]{2,80})"
)
_BEFORE_ONLY = 30  # characters before "US-based remote" that are looked at


class Word(NamedTuple):
    """A word of the list in a text."""

    value: str
    start: int
    end: int


class Row(NamedTuple):
    """The letters of a sentence, and the words that they stand for by their place among the letters."""

    letters: str
    words: dict[int, Word]


class Days(NamedTuple):
    """Days a week on site, None when a sentence names days but not how many."""

    n: int | None
    is_week: bool = False  # "four to five days": the week of an office


class Evidence:
    """What the sentences of a posting say, collected."""

    def __init__(self) -> None:
        self.strong: set[str] = set()
        self.weak: list[str] = []
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
        if _from_label(label) or any(letter.isdigit() for letter in label):
            _weigh(label, lower(label), 0, len(label), evidence, is_label=True)
    for start, end in sentences(scanned, "mode"):
        _weigh(scanned.text, scanned.lowered, start, end, evidence)
    mode = _decide(evidence, location, title, printed) or "unspecified"
    is_away = mode in ("remote", "flexible")
    return {
        "work_mode": mode,
        "onsite_days": evidence.n_days if mode in ("hybrid", "onsite") else None,
        "remote_regions": _regions(scanned, f"{location}\n{title}") if is_away else [],
        "remote_excluded": _excluded(scanned) if is_away else [],
    }


def sentences(scanned: Scan, reader: str) -> Iterator[tuple[int, int]]:
    """Bounds of the sentences that hold a word of `reader`, in order and at most `MAX_SENTENCES`."""
    text, last, n = scanned.text, -1, 0
    for at in scanned.marks.get(reader, ()):
        if at < last:
            continue
        low = max(0, at - MAX_SENTENCE, last)
        start = max(_full_stop(text, low, at), *(text.rfind(mark, low, at) + 1 for mark in ("\n", "! ", "? ", "•")))
        found = _END.search(text, at, at + MAX_SENTENCE)
        last = found.start() if found else min(len(text), at + MAX_SENTENCE)
        yield max(start, low), last
        n += 1
        if n == MAX_SENTENCES:
            return


def _full_stop(text: str, low: int, at: int) -> int:
    """Where the sentence of `at` begins as far as full stops tell; the one of "U.S. citizen" does not."""
    stop = text.rfind(". ", low, at)
    while stop > low + 1 and text[stop - 1].isalnum() and not text[stop - 2].isalnum():
        stop = text.rfind(". ", low, stop)
    return stop + 1


def _decide(evidence: Evidence, location: str, title: str, printed: str) -> str:
    by_days, strong = evidence.mode_by_days, evidence.strong
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
        or next(iter(evidence.weak), "")
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
    cities = [part for part in label.split(";") if not _from_label(part)] if ";" in label else ()
    if found == {"remote"} and any(place["city"] for place in read_places(cities)):
        return "flexible"  # a list of places to choose from, one of which is none
    return "hybrid" if "hybridremote" in said else _only(found)


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
    row = _row(lowered, start, end)
    if "$" in row.letters:
        row = row._replace(letters=_MONEY.sub(lambda found: "_" * len(found[0]), row.letters))
    if not _PLACED.search(row.letters):
        return
    if "T" in row.letters:
        evidence.tags.update(row.words[at].value for at, letter in enumerate(row.letters) if letter == "T")
    days = _days(row, text)
    if days:
        evidence.days.extend(days)
    elif not is_label:
        _modes(row.letters, evidence, is_short=text.count(" ", start, end) < SHORT, is_head=start < HEAD)
    elif "X" in row.letters or _CHOICE.search(row.letters):
        evidence.strong.add("flexible")


def _modes(letters: str, evidence: Evidence, *, is_short: bool, is_head: bool) -> None:
    strong, said = evidence.strong, set(letters)
    if _DENIED.search(letters):
        strong.add("denied")
    elif "X" in said or (_CHOICE.search(letters) and "d" not in said):
        strong.add("flexible")
    elif _AWAY_FOR_SOME_TIME.search(letters) or "o" in said:
        return
    elif "y" in said or (said & set("GH") and said & set("SOd")):
        strong.add("hybrid")
    elif "Y" in said:
        strong.add("hybrid") if is_short or said & set("SOHGRrWKDIF") else evidence.weak.append("hybrid")
    elif "G" in said:
        strong.add("remote" if "F" in said or "r" in said else "hybrid")
    else:
        _plain(letters, said, evidence, is_short=is_short, is_head=is_head)


def _plain(letters: str, said: set[str], evidence: Evidence, *, is_short: bool, is_head: bool) -> None:
    """Of sentences that name one side only."""
    if "r" in said:
        evidence.strong.add("remote")
    elif "R" in said:
        if is_short:
            evidence.strong.add("remote")
        elif is_head:
            evidence.weak.append("remote")
    elif "S" in said and not _PASSING.search(letters) and "ZS" not in letters and "Z_S" not in letters:
        evidence.strong.add("onsite")


def _row(lowered: str, start: int, end: int) -> Row:
    letters = ""
    words: dict[int, Word] = {}
    if start >= end:
        return Row(letters, words)
    last = start
    for at, (length, letter, value, is_open) in _words().iter_long(lowered, start, end):
        first = at + 1 - length
        if not _is_word(lowered, first, at + 1, is_open):
            continue
        n_blanks = min(9, lowered.count(" ", last, first))
        letters += "_" * (n_blanks - 1 if letters else n_blanks)  # of the blanks between two words one is theirs
        if lowered.find(";", last, first) >= 0:
            letters += ";"
        words[len(letters)] = Word(value, first, at + 1)
        letters += letter
        last = at + 1
    return Row(letters, words)


def _is_word(text: str, start: int, end: int, is_open: bool) -> bool:
    if start and text[start].isalnum() and text[start - 1].isalnum() and text[start] < "\u2e80":
        return False
    return is_open or not (end < len(text) and text[end - 1].isalnum() and text[end].isalnum() and text[end] < "\u2e80")


def _days(row: Row, text: str) -> list[Days]:
    """Days on site by counts ("three days"), else by weekdays."""
    found = list(_COUNT.finditer(row.letters))
    told: list[Days] = []
    for k, count in enumerate(found):
        stop = found[k + 1].start() if k + 1 < len(found) else len(row.letters)
        begin = found[k - 1].end() if k else 0
        told += _counted(row, text, count, begin, stop)
    return (told or (_weekdays(row, text) if "K" in row.letters else []))[:1]


def _counted(row: Row, text: str, count: re.Match[str], begin: int, stop: int) -> list[Days]:
    letters = row.letters
    unit = count[0][-1]
    at = count.end() - 1 if unit in "EQ" else letters.index("N", count.start())
    after = letters[count.end() : min(stop, count.end() + 10)].split(";")[0]
    before = letters[begin : count.start()].rpartition(";")[2]
    if (unit in "DBA" and _NOT_WEEKLY.match(after)) or re.search(r"P_?$|[so]", before):
        return []
    value = row.words[at].value
    n = int(value) if value else None
    where = _where(unit, after, before) or _named_place(row, text, count)
    if not where:
        return []
    if n is None:
        return [Days(None)]
    if count[2]:
        is_week = where == "office" and row.words[count.start(2)].value == "5"
        return [Days(n if is_week else None, is_week)]
    if "J" in after[:5]:
        return [Days(5 - n // 2)] if where == "home" else []
    return [Days(n if where == "office" else None if unit == "Q" else 5 - n)]


def _where(unit: str, after: str, before: str) -> str:
    """Whether days are meant on site or away: by the unit, what follows, else what goes before."""
    if unit in "AB":
        return "home" if unit == "A" else "office"
    is_weekly = "W" in after[:4]
    follows = re.search(r"[OSBHGAh]|[Rr](?!_{0,3}z)", after if is_weekly else after[:5])
    if follows:
        return "office" if follows[0] in "OSBh" else "home"
    precedes = re.findall(r"[OSBHGAYyRrh]", before if is_weekly or unit in "EQ" else before[-9:])
    if precedes:
        return "home" if precedes[-1] in "HGARr" else "office"
    return ""


def _named_place(row: Row, text: str, count: re.Match[str]) -> str:
    """A place named after days a week ("two days a week in Leith") is no home."""
    last = count.end() - 1
    if last + 1 < len(row.letters) and row.letters[last + 1] == "W":
        last += 1
    elif count.start() > 1:
        return ""
    return "office" if _AT_A_PLACE.match(text, row.words[last].end) else ""


def _weekdays(row: Row, text: str) -> list[Days]:
    letters = row.letters
    home = 0
    for group in re.finditer(r"K(?:[_V]{0,2}K){0,6}", letters):
        n = _number_of(row, text, [at for at in range(*group.span()) if letters[at] == "K"])
        after = letters[group.end() : group.end() + 6].split(";")[0]
        nearest = re.search(r"[HGRrCOSYB]", after)
        if (nearest and nearest[0] in "HGRrC") or re.search(r"[HG]_?$", letters[: group.start()]):
            home = home or n
        elif re.search(r"[OSYyBh]", letters) or _AT_A_PLACE.match(text, row.words[group.end() - 1].end):
            return [Days(n)]
    return [Days(5 - home)] if 0 < home < 5 else []


def _number_of(row: Row, text: str, at: list[int]) -> int:
    words = [row.words[k] for k in at]
    days = [int(word.value) for word in words]
    if len(at) == 2 and days[1] > days[0] and _THROUGH.fullmatch(text[words[0].end : words[1].start].strip(" .")):
        return days[1] - days[0] + 1
    return len(set(days))


def _regions(scanned: Scan, label: str) -> list[str]:
    found = areas(label) if re.search(r"remot|anywhere|home ?office", label, re.I) else []
    for sentence in _told(scanned, _REGION, "region"):
        group = sentence.lastindex
        start, end = sentence.span(group) if group else (max(0, sentence.start() - _BEFORE_ONLY), sentence.start())
        found += areas(re.split(r"\b(?:except|excluding|but|or from)\b", scanned.text[start:end])[0])
    return list(dict.fromkeys(found))


def _excluded(scanned: Scan) -> list[str]:
    told = _told(scanned, _EXCLUDED, "excluded")
    named = [place for sentence in told for place in read_places([scanned.text[slice(*sentence.span(1))]])]
    larger = [place for place in named if place["city"] is None and place["country"]]
    codes = [f"{p['country']}-{p['region']}" if p["region"] else p["country"] for p in larger]
    return list(dict.fromkeys(codes))


def _told(scanned: Scan, pattern: re.Pattern[str], reader: str) -> Iterator[re.Match[str]]:
    for start, end in sentences(scanned, reader):
        yield from pattern.finditer(scanned.lowered, start, end)


@cache
def _words() -> Any:
    """The automaton of the arrangements: every blank or hyphen of a phrase may be either."""
    words: dict[str, tuple[int, str, str, bool]] = {}
    for row in lines("arrangements"):
        is_open = row["word"].endswith("*")
        word = row["word"].removesuffix("*")
        for spelled in dict.fromkeys((word, word.replace("-", " "), word.replace(" ", "-"), word.replace("'", "’"))):
            if spelled == word or spelled not in words:
                words[spelled] = (len(spelled), LETTERS[row["kind"]], row["value"], is_open)
    automaton = ahocorasick.Automaton()
    for word, told in words.items():
        automaton.add_word(word, told)
    automaton.make_automaton()
    return automaton
