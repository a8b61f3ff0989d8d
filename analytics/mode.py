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

from analytics.marked import MAX_SENTENCE, sentences, told_in_sentences
from analytics.mode_clear import cleared
from analytics.mode_days import days_on_site
from analytics.mode_label import from_label, is_only_remote, only
from analytics.mode_letters import CHOICE, SIDES, SITES, Evidence, add_modes
from analytics.mode_open import OR_REMOTE, is_open_to_remote, is_place_or
from analytics.mode_regions import excluded, regions
from analytics.mode_row import PLACED, Row, row
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
_ALL_WELCOME = re.compile(
    r"\b(?:all|both|each|any|either|alles?|beides|tous|toutes|les (?:deux|trois)|todas?|todos|tutt[ei]|wszystk\w+|"
    r"allemaal)\b.{0,12}\b(?:fine|ok|okay|good|welcome|possible|great|equal|supported|möglich|willkommen|okay|ok|recht|"
    r"possibles?|bien|posibles|valen|bene|possibili|mogelijk|prima|możliwe|bra|funkar|går bra)\b|"
    r"\b(?:tell us|your|you) (?:choose|pick|decide|preference|choice|prefer)|\b(?:everyone|each|every)\b.{0,20}\bchoos|"
    r"\b(?:chacun|chaque \w+|cada (?:uno|quien|um)|ognuno|jeder?|każdy|iedereen|alla) (?:choisit|elige|escolhe|sceglie|"
    r"entscheidet|wählt|wybiera|kiest|väljer)\b"
)
_SITED = SITES | {"h"}
_SOON = 30  # characters after a free choice in which its border stands
_EITHER = re.compile(r" (?:or|oder|ou|o|lub|of|eller|and|vs) |[,/]|remote|office|home|hybrid", re.I)
_WITHIN = re.compile(
    r" (?:in|within|across|throughout|innerhalb|dentro|en|dans|em|na|w|i|nel|nell|binnen|inom)[ '’](?:\w{2,10} ){0,2}"
    r"(?:[A-Z][a-z]|EU\b|UK\b|US\b|USA\b)"
)
_SIDES_AWAY = frozenset("RrGH")
_A_COUNT = re.compile(r"N_{0,2}D(?:_{0,2}C)?_?W")
_SETTLED = frozenset("YyXCZxAB")
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


def read_mode(text: str | Scan, location: str = "", title: str = "", printed: str = "") -> dict[str, Any]:
    """work_mode, onsite_days a week or None, remote_regions and remote_excluded (ISO2, US-CA, EU EMEA ...). `printed`
    is the platform's own field, trusted unless the text denies it or, where it says remote, tells more."""
    scanned = scan(text)
    evidence = Evidence()
    for label in (title[:MAX_SENTENCE], location[:MAX_SENTENCE]):
        told = _said_by_label(label)
        if told:
            evidence.add(told, is_head=True)
    is_open, evidence.strong = "flexible" in evidence.strong, set()
    for start, said in told_in_sentences(scanned, "mode", _said):
        evidence.add(said, is_head=start < HEAD)
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
def _said_by_label(label: str) -> Evidence | None:
    """What a title or a location says; None where that is nothing."""
    is_telling = from_label(label) or _DIGIT.search(label)
    return _weighed(label, 0, len(label), is_label=True) if is_telling else None


def _said(text: str, start: int, end: int) -> Evidence | None:
    """What a sentence says; None where that is nothing."""
    low = max(0, start - 1)
    text, start, end = text[low : end + 1], start - low, end - low  # no more than the characters on either side
    one = _weighed(text, start, end)
    if one and one.strong and text.find(":", start, end) >= 0 and _FIELD.match(text, start):
        one.strong.update([f"={mode}" for mode in one.strong])
    return one


def _weighed(text: str, start: int, end: int, *, is_label: bool = False) -> Evidence | None:
    lowered = lower(text)
    found = row(lowered, start, end)
    if not PLACED.search(found.letters):
        return None
    said = cleared(found, text, lowered, start, end)
    if said is not found and not PLACED.search(said.letters):
        return None
    if _is_on_the_way(said.letters, lowered, start, end):
        return None
    return _evidence(said, text, lowered, start, end, is_label=is_label) or None


def _decide(evidence: Evidence, location: str, title: str, printed: str, *, is_open: bool) -> str:
    """The mode by the order of evidence; `is_open` where a label offers a place and remote work."""
    by_days, by_place, strong = evidence.mode_by_days, from_label(location), evidence.strong & _TOLD
    is_open = is_open and "wholly" not in evidence.strong  # "Lisbon or remote" of a company that has left its offices
    if is_open or ("optional" in evidence.strong and "remote" not in strong and by_place != "remote"):
        strong.add("flexible")
    if by_days and (evidence.n_days is None or all(days.is_loose for days in evidence.days)):
        is_onsite = strong == {"onsite"}  # "most days" tells less than a label, or "we are an in-person company"
        by_days = from_label(title) or by_place or ("onsite" if is_onsite else by_days)
    if "denied" in strong:
        return "hybrid" if by_days == "hybrid" or "hybrid" in strong else "onsite"
    by_field = from_label(printed)
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


def _evidence(said: Row, text: str, lowered: str, start: int, end: int, *, is_label: bool) -> Evidence:
    """What a sentence says by its row."""
    evidence, letters = Evidence(), said.letters
    if "T" in letters:
        evidence.tags.update(said.words[at].value for at, letter in enumerate(letters) if letter == "T")
    days = days_on_site(said, text)
    if _is_welcome_all(letters, lowered, start, end) or (days and _OR_AWAY.search(letters)):
        evidence.strong.add("flexible")
    elif days:
        evidence.days.extend(days)
        if "y" in letters:
            evidence.strong.add("hybrid")
    elif is_label:
        if "X" in letters or CHOICE.search(letters):
            evidence.strong.add("flexible")
    else:
        evidence.strong.update(_bounds(said, text, lowered, start, end))
        if _is_choice_of_place(said, text, lowered, start, end):
            letters += "X"
        add_modes(evidence, letters, is_short=text.count(" ", start, end) < SHORT)
    return evidence


def _is_on_the_way(letters: str, lowered: str, start: int, end: int) -> bool:
    """Whether interviews, first days or travel are told of."""
    if "v" in letters and _TALK.search(letters):
        return True
    return "P" in letters and _TRAVEL.match(lowered, start, end) is not None


def _is_welcome_all(letters: str, lowered: str, start: int, end: int) -> bool:
    """Whether two or three modes are listed and all are said to be well, or days that most keep and none has to."""
    is_free = "C" in letters or "X" in letters
    if is_free and _DAYS_BUT_FREE.search(letters) and _MOST_DO.search(lowered, start, end):
        return True
    if _SIDES_AWAY.isdisjoint(letters) or "Z" in letters or "z" in letters or _A_COUNT.search(letters):
        return False
    found = {SIDES[letter] for letter in letters if letter in SIDES}
    return len(found) > 1 and _ALL_WELCOME.search(lowered, start, end) is not None


def _bounds(said: Row, text: str, lowered: str, start: int, end: int) -> list[str]:
    """Of a free choice that it has a border, of work from home that it is allowed, which of a site makes no denial."""
    told = ["within"] if "X" in said.letters and _is_within(said, text, end) else []
    if "H" in said.letters and _MAY.search(lowered, start, end):
        told.append("allowed")
    return told


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
