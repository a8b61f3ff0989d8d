"""Where the work is done: remote, hybrid, onsite, flexible; days on site; where a remote worker may live.

Every sentence that names an arrangement becomes a row of letters (`analytics.mode_row`), and short patterns read the
letters.

Evidence in order: a denial ("not a remote role"), stated days, the platform's own field, the title, a free choice, a
sentence about the arrangement, the location, a tag, single words, a seat ("in our Oslo office"). No evidence is
`unspecified`, never onsite.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from analytics.mode_clear import cleared
from analytics.mode_days import Days, days_on_site
from analytics.mode_label import from_label, is_only_remote, only
from analytics.mode_open import OR_REMOTE, is_open_to_remote, is_place_or
from analytics.mode_regions import excluded, regions
from analytics.mode_row import MAX_SENTENCE, PLACED, Row, row, sentences
from analytics.mode_seat import weak_mode
from analytics.scan import Scan, lower, scan

__all__ = ("MODES", "read_mode", "sentences")

MODES = ("remote", "hybrid", "onsite", "flexible")
HEAD = 600  # characters at the top, where the terms of a job are listed: a single word counts there
SHORT = 10  # words: a line this short about an arrangement is about this job's
MOST_KEPT = 4096  # sentences: an employer's postings repeat most of theirs

_TALK = re.compile(
    r"v[_IiU]{0,4}[RrSOH]|v_{0,2}W_{0,2}[RrSO]|^_{0,3}v(?!.*[WF])|[RrSO][_IiU]{0,3}v"
)  # interviews, first days: not where the work is done
_NOT_HYBRID = re.compile(r"[Zx]_{0,2}[Yy]")
_NO_DAYS = re.compile(r"Z_?[AB]")
_NOT_HOME = re.compile(r"Z_{0,2}H")  # "on-premise, trams do not come home"
_DENIED = re.compile(r"[Zx][_IiP]{0,4}[RrG](?!_{0,2}V)|Z_{0,2}X|[RrGH][_Ii]{0,8}z|x_{0,4}H|^[^RrGH]*z[RrG]")
_CHOICE = re.compile(
    r"[OSHGRrYyh][^;]{0,10}C|C[^;]{0,10}[OSHGRrYy]|[OS]_{0,2}[HRr]_?V|O[^;]{0,12};_{0,3}C|[RrHG]_{0,6}V[_IiVF]{0,6}[OSYy]|"
    r"[OSYy]_{0,6}V[_IiVF]{0,6}[RrHG]|"
    r"w[^;]{0,10}V_{0,2}[HRr]|[OS]_{0,4}f|f_{0,2}[OS]"
)
_OR_AWAY = re.compile(r"[DB](?:_?W)?_{0,2}[OS]?_?(?:X|V_?F?r)$")  # "2 days in the office or remote"
_DAYS_BUT_FREE = re.compile(r"[DK].*[CX]")
_MOST_DO = re.compile(  # "most of us are in four days, but you decide": the days are a habit, no rule
    r"\b(?:most(?! days| of the)|many|majority|viele|meisten|plupart|beaucoup|mayoría|muchos|meesten?|veel|większość|"
    r"wielu|maggior parte|molti|maioria|muitos|många|flesta|fleste)\b.*"
    r"\b(?:but|yet|though|although|nobody|no one|aber|doch|niemand|mais|personne|pero|nadie|maar|ale|ma|mas|men)\b"
)
_MAY = re.compile(
    r"\b(?:may|can|could|able to|allowed|permitted|possible|option|kannst|können|kann|dürfen|darfst|möglich|peu[tx]|"
    r"peuvent|pouvez|puede[ns]?|posible|può|puoi|possono|possibile|mag|mogen|kan|kun|mogelijk|możesz|może|można|"
    r"możliw\w+|pode[ms]?|possível|får)\b"
)
_MENU = re.compile(r"[OSYyRrGH](?:[V;]?F?[OSYyRrGH]){2}")  # "office, hybrid or remote": no word between
_ALL_WELCOME = re.compile(
    r"\b(?:all|both|each|any|either|alles?|beides|tous|toutes|les (?:deux|trois)|todas?|todos|tutt[ei]|wszystk\w+|"
    r"allemaal)\b.{0,12}\b(?:fine|ok|okay|good|welcome|possible|great|equal|supported|möglich|willkommen|okay|ok|recht|"
    r"possibles?|bien|posibles|valen|bene|possibili|mogelijk|prima|możliwe|bra|funkar|går bra)\b|"
    r"\b(?:tell us|your|you) (?:choose|pick|decide|preference|choice|prefer)|\b(?:everyone|each|every)\b.{0,20}\bchoos|"
    r"\b(?:chacun|chaque \w+|cada (?:uno|quien|um)|ognuno|jeder?|każdy|iedereen|alla) (?:choisit|elige|escolhe|sceglie|"
    r"entscheidet|wählt|wybiera|kiest|väljer)\b"
)
_SIDES = {"O": "on", "S": "on", "Y": "both", "y": "both", "R": "off", "r": "off", "G": "off", "H": "off"}
_SITES = frozenset("OSYyB")
_SITED = _SITES | {"h"}
_SOON = 30  # characters after a free choice in which its border stands
_EITHER = re.compile(r" (?:or|oder|ou|o|lub|of|eller|and|vs) |[,/]|remote|office|home|hybrid", re.I)
_WITHIN = re.compile(
    r" (?:in|within|across|throughout|innerhalb|dentro|en|dans|em|na|w|i|nel|nell|binnen|inom)[ '’](?:\w{2,10} ){0,2}"
    r"(?:[A-Z][a-z]|EU\b|UK\b|US\b|USA\b)"
)
_SIDES_AWAY = frozenset("RrGH")
_A_COUNT = re.compile(r"N_{0,2}D(?:_{0,2}C)?_?W")
_SETTLED = frozenset("YyXCZxAB")
_REST_FREE = re.compile(r"[QE].*e_?X")  # "half the week with us, otherwise work where you like"
_FREE = re.compile(
    r"(?:[rR]|G_?F|F[_Ii]{0,2}G).*[OS]_{0,4}f|^_*r[^VX;]*;[^VX;]*f"
)  # "remote, with an office for those who like one"
_AWAY_FOR_SOME_TIME = re.compile(
    r"[RrHG]_{0,6}U_{0,3}[ND]{0,2}_?[MD](?!_?W)|[RH]_{0,3}N?_?M(?!_?P)|NM_{0,3}[RH]|U_{0,2}D_?M|"
    r"N_{0,2}[MD]_{0,2}M_{0,5}[RrHG]|NM_{0,3}r_{0,2}M|M_{0,2}r_{0,3}M"
)
_DIGIT = re.compile(r"\d")
_TRAVEL = re.compile(  # where one travels to, not where one works
    r"\W{0,4}(?:(?:the |your )?(?:ability|willing\w*|able|ready|prepared|readiness|availability|flexibility|"
    r"must be able|must be willing) (?:and \w+ )?to travel|travel(?:ling)? (?:is|may|will|as needed|up to|to)\b|"
    r"travel(?: requirements?)?:|reisebereitschaft|reisetätigkeit|dienstreisen|déplacements|viajes|trasferte|viagens|"
    r"delegacje|tjänsteresor|disponibilit(?:à|é) (?:a|aux|à) (?:trasferte|déplacements|viagg)|"
    r"disponibilidad para viajar)"
    r"(?!.*\b(?:role|position|job|home|days? (?:a|per) week)\b)"
)
_FIELD = re.compile(  # "Work arrangement: onsite" is this job's, whatever is told of others
    r"\W{0,4}(?:(?:work(?:ing|place)?|job|employment|office|location) (?:arrangements?|model|mode|type|setting|style|"
    r"format|policy|pattern|setup)|workplace|remote status|arbeits(?:modell|form|weise)|modalidad(?: de trabajo)?|"
    r"mode de travail|modalità(?: di lavoro)?|werkvorm|tryb pracy|arbetsform|modelo de trabalho|regime) ?:",
    re.I,
)
_TOLD = frozenset((*MODES, "denied"))
_WHOLLY_REMOTE = ("remote", "wholly")
_EVERY_WEEK = re.compile(r"(?<![PN$])[OS]_{0,2}W(?!_{0,2}M)")
_TRIP = re.compile(r"P[^KW]{0,8}B")  # "home based, with travel to the office for team days"
_PARTLY = re.compile(r"y|p_{0,3}[RrGH]|[RrGH]_{0,3}p")
_WHOLLY = re.compile(r"F[_Ii]{0,2}[GH]|[GH]_?F")
_PASSING = re.compile(r"S_{0,2}W?[MPs]|S[_IiO]{0,8}s|[MPs]_{0,3}S|s_{0,7}S|o.*S|L.{0,12}S")
_SEAT = re.compile(
    r"i_{0,2}[OSB]|I_{0,1}[O].*[jK]|[jK].*I_{0,1}O|j[_Ii]{0,3}O|O[_Ii]{0,3}j|n[_Ii]{0,3}[OS]|w[_IiUF]{0,3}O|F_{0,2}IO"
)
_NO_SEAT = re.compile(r"[MPsvL$][_Ii]{0,4}[OS]|O_{0,2}W?[MPsv]|[Zx][_Ii]{0,5}[OS]|o|V.*[RrHG]")


class Said(NamedTuple):
    """What one sentence says."""

    strong: frozenset[str]
    weak: tuple[str, ...]
    is_seated: bool
    is_rare: bool
    tags: frozenset[str]
    days: tuple[Days, ...]


class Evidence:
    """What the sentences of a posting say, collected."""

    def __init__(self) -> None:
        self.strong: set[str] = set()
        self.weak: list[str] = []
        self.is_seated = False  # "in our Nairobi office": enough where nothing else is said
        self.is_rare = False  # "occasional home working", of a job whose site is told elsewhere, or nowhere
        self.tags: set[str] = set()
        self.days: list[Days] = []

    def add(self, said: Said) -> None:
        self.strong |= said.strong
        self.weak += said.weak
        self.is_seated = self.is_seated or said.is_seated
        self.is_rare = self.is_rare or said.is_rare
        self.tags |= said.tags
        self.days += said.days

    @property
    def mode_by_days(self) -> str:
        if not self.days:
            return ""
        n = self.n_days
        is_full = (n or 0) >= 5 or any(days.is_week for days in self.days)
        return "onsite" if is_full else "remote" if n == 0 else "hybrid"

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
        if from_label(label) or _DIGIT.search(label):
            lowered, end = lower(label), len(label)
            _weigh(row(lowered, 0, end), label, lowered, 0, end, evidence, is_label=True)
    is_open, evidence.strong = "flexible" in evidence.strong, set()
    plain = scanned.text
    for start, end in sentences(scanned, "mode"):
        said = _said(plain[start:end], plain[start - 1 : start], plain[end : end + 1], start < HEAD)
        if said:
            evidence.add(said)
    mode = _decide(evidence, location, title, printed, is_open=is_open) or weak_mode(scanned)
    mode = mode or ("hybrid" if evidence.is_rare else "unspecified")
    is_away = mode in ("remote", "flexible")
    return {
        "work_mode": mode,
        "onsite_days": evidence.n_days if mode in ("hybrid", "onsite") else None,
        "remote_regions": regions(scanned, f"{location}\n{title}") if is_away else [],
        "remote_excluded": excluded(scanned) if is_away else [],
    }


@lru_cache(MOST_KEPT)
def _said(sentence: str, before: str, after: str, is_head: bool) -> Said | None:
    """What a sentence says, given with the character on either side; None where that is nothing."""
    text, start = f"{before}{sentence}{after}", len(before)
    lowered, end = lower(text), start + len(sentence)
    found = row(lowered, start, end)
    if not found.letters:
        return None
    one = Evidence()
    _weigh(found, text, lowered, start, end, one, is_head=is_head)
    if one.strong and ":" in sentence and _FIELD.match(text, start):
        one.strong.update([f"={mode}" for mode in one.strong])
    said = Said(
        frozenset(one.strong), tuple(one.weak), one.is_seated, one.is_rare, frozenset(one.tags), tuple(one.days)
    )
    return said if any(said) else None


def _decide(evidence: Evidence, location: str, title: str, printed: str, *, is_open: bool) -> str:
    """The mode by the order of evidence; `is_open` where a label offers a place and remote work."""
    by_days, strong = evidence.mode_by_days, evidence.strong & _TOLD
    is_open = is_open and "wholly" not in evidence.strong  # "Lisbon or remote" of a company that has left its offices
    away = strong | {from_label(location)}
    if is_open or ("optional" in evidence.strong and "remote" not in away):
        strong.add("flexible")
    if by_days and (evidence.n_days is None or all(days.is_loose for days in evidence.days)):
        is_onsite = strong == {"onsite"}  # "most days" tells less than a label, or "we are an in-person company"
        by_days = from_label(title) or from_label(location) or ("onsite" if is_onsite else by_days)
    if "denied" in strong:
        return "hybrid" if by_days == "hybrid" or "hybrid" in strong else "onsite"
    by_field, by_place = from_label(printed), from_label(location)
    return (
        by_days
        or only({said[1:] for said in evidence.strong if said[0] == "=" and said[1:] in MODES})
        or (by_field if by_field != "remote" else "")  # platforms tick "remote" for hybrid work too
        or ("" if strong == {"hybrid"} else from_label(title))
        or ("remote" if strong == {"flexible"} and _is_anywhere(evidence.strong, location, by_place) else "")
        or ("flexible" if "flexible" in strong else "")
        or (by_place if by_place == "hybrid" and strong <= {"onsite"} else "")  # what is on site may be the gym
        or ("hybrid" if strong == {"onsite"} and "allowed" in evidence.strong else "")
        or _from_sentences(strong)
        or by_place
        or by_field
        or only(evidence.tags)
        or next(iter(evidence.weak), "onsite" if evidence.is_seated else "")
    )


def _is_anywhere(said: set[str], location: str, by_place: str) -> bool:
    """Whether one may work where one likes and no site is told of: a choice among places, unless the label or the
    border of the choice tells that the job is remote."""
    if "sited" in said or "anywhere" not in said:
        return False
    return is_only_remote(location) or ("within" in said and not by_place)


def _from_sentences(strong: set[str]) -> str:
    return "hybrid" if "hybrid" in strong else next(iter(strong)) if len(strong) == 1 else ""


def _weigh(
    found: Row,
    text: str,
    lowered: str,
    start: int,
    end: int,
    evidence: Evidence,
    *,
    is_label: bool = False,
    is_head: bool = False,
) -> None:
    """Adds what one sentence says, whose row is given."""
    said = cleared(found, text, lowered, start, end)
    letters = said.letters
    if not PLACED.search(letters) or _is_on_the_way(letters, lowered, start, end):
        return
    if "T" in letters:
        evidence.tags.update(said.words[at].value for at, letter in enumerate(letters) if letter == "T")
    days = days_on_site(said, text)
    if _is_welcome_all(letters, lowered, start, end) or (days and _OR_AWAY.search(letters)):
        evidence.strong.add("flexible")
    elif days:
        evidence.days.extend(days)
        if "y" in letters:
            evidence.strong.add("hybrid")
    elif not is_label:
        if _is_choice_of_place(said, text, lowered, start, end):
            letters += "X"
        evidence.strong.update(_bounds(said, text, lowered, start, end))
        _modes(letters, evidence, is_short=text.count(" ", start, end) < SHORT, is_head=is_head)
    elif "X" in letters or _CHOICE.search(letters):
        evidence.strong.add("flexible")


def _is_on_the_way(letters: str, lowered: str, start: int, end: int) -> bool:
    """Whether interviews, first days or travel are told of."""
    if "v" in letters and _TALK.search(letters):
        return True
    return "P" in letters and _TRAVEL.match(lowered, start, end) is not None


def _is_welcome_all(letters: str, lowered: str, start: int, end: int) -> bool:
    """Whether two or three modes are listed and all are said to be well, or days that most keep and none has to."""
    if _DAYS_BUT_FREE.search(letters) and _MOST_DO.search(lowered, start, end):
        return True
    if _SIDES_AWAY.isdisjoint(letters) or "Z" in letters or "z" in letters or _A_COUNT.search(letters):
        return False
    found = {_SIDES[letter] for letter in letters if letter in _SIDES}
    return len(found) > 1 and _ALL_WELCOME.search(lowered, start, end) is not None


def _bounds(said: Row, text: str, lowered: str, start: int, end: int) -> Iterable[str]:
    """Of a free choice that it has a border, of work from home that it is allowed, which of a site makes no denial."""
    if _is_within(said, text, end):
        yield "within"
    if "H" in said.letters and _MAY.search(lowered, start, end):
        yield "allowed"


def _is_within(said: Row, text: str, end: int) -> bool:
    """Whether the free choice of a place has a border, which that of a remote job has: "wherever you like in Spain"."""
    at = said.letters.find("X")
    if at not in said.words or not _SITED.isdisjoint(said.letters) or _EITHER.search(text, *said.words[at][1:]):
        return False
    last = said.words[at].end
    return _WITHIN.search(text, last - 2, min(end, last + _SOON)) is not None


def _is_choice_of_place(said: Row, text: str, lowered: str, start: int, end: int) -> bool:
    """Whether a place and remote work are told as the choices."""
    letters = said.letters
    if "V" in letters and OR_REMOTE.search(letters) and is_place_or(said, text, start):
        return True
    is_away = "R" in letters or "r" in letters
    return is_away and _SETTLED.isdisjoint(letters) and is_open_to_remote(said, text, lowered, start, end)


def _modes(letters: str, evidence: Evidence, *, is_short: bool, is_head: bool) -> None:
    letters = _REST_FREE.sub("y", _NO_DAYS.sub("_", _NOT_HYBRID.sub("_", letters)))
    if "Z" in letters and set("FOS") & set(letters):
        letters = _NOT_HOME.sub("_", letters)
    strong, said = evidence.strong, set(letters)
    if _DENIED.search(letters):
        strong.add("denied")
    elif "X" in said or ("d" not in said and (_CHOICE.search(letters) or _is_menu(letters))):
        strong.update(_of_choice(letters, said))
    elif ("Y" not in said and _AWAY_FOR_SOME_TIME.search(letters)) or "o" in said:
        return
    elif "u" in said and said.isdisjoint("RrGHYyAB"):
        _now_and_then(letters, evidence)
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


def _of_choice(letters: str, said: set[str]) -> Iterable[str]:
    """Of a free choice: whether it is among places, whether a site is one of them."""
    if _FREE.search(letters):
        return _WHOLLY_REMOTE
    is_desk = said.isdisjoint("RrGHYyXu")  # free to come, not to stay away: of remote jobs too
    return "optional" if is_desk else "flexible", "anywhere" if _SITES.isdisjoint(said) else "sited"


def _now_and_then(letters: str, evidence: Evidence) -> None:
    """Of "occasional home working": the site of a job stays its place, where one is told."""
    if "S" in letters or _SEAT.search(letters):
        evidence.strong.add("onsite" if ";" in letters else "hybrid")
    else:
        evidence.is_rare = True


def _is_partly(letters: str, said: set[str]) -> bool:
    """Whether both sides are named, or days of one."""
    if (said & set("AB") and not ("r" in said and _TRIP.search(letters))) or (said & set("GH") and said & set("SOd")):
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
        evidence.strong.update(_WHOLLY_REMOTE)
    elif "R" in said:
        if is_short:
            evidence.strong.add("remote")
        elif is_head:
            evidence.weak.append("remote")
    elif "S" in said and not _PASSING.search(letters) and "ZS" not in letters and "Z_S" not in letters:
        evidence.strong.add("onsite")
    elif said & set("OSB") and _SEAT.search(letters) and not _NO_SEAT.search(letters):
        evidence.is_seated = True
