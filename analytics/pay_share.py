"""Equity and bonus: whether a posting offers them, and the percentages it states."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypedDict

from analytics.scan import Scan, scan

_PCT = r"(?P<low>\d{1,3}(?:[.,]\d{1,3})?)\s?%?(?:\s?(?:-|–|—|to|bis|à)\s?(?P<high>\d{1,3}(?:[.,]\d{1,3})?))?\s?%"
_PERCENT = re.compile(rf"(?<![\d.,$€£])(?P<up>up to |bis zu |jusqu['’]à )?{_PCT}", re.I)
# Both on lowered text, at the offsets of the readers' words in `lexicon/triggers.csv`.
_EQUITY = re.compile(
    r"(?:equity|stock (?:option|grant|award|unit|purchase plan|appreciation)s?|rsus?|restricted (?:stock|share)s?"
    r"|share (?:option|unit|award)s?|(?:virtual|phantom) (?:share|stock|option)s?|vsops?|esops?|espp|bsa?pce"
    r"|warrants(?= at a strike)"
    r"|unternehmensanteile|mitarbeiterbeteiligung|virtuelle anteile|actions gratuites|ownership stake"
    r"|(?P<bare>options|warrants|stock)(?=\s*(?:$|[.,;:)\n]| (?:for (?:all|every)|worth|in the company|vest|over \d"
    r"|after|that))))\b"
)
_BONUS = re.compile(
    r"(?:bonus(?:es|zahlung|ordning|system|regeling|program|programm|plan)?|bônus|(?:annual|performance"
    r"|short[- ]term|recruitment|variable|target|cash"
    r"|sales) incentive"
    r"|discretionary incentive|incentive (?:compensation|pay|plan|scheme|program)|profit[- ]shar(?:e|ing)"
    r"|(?:share |% )of (?:the |our |company |net |annual )?profits?|gewinnbeteiligung|gewinnausschüttung|winstdeling"
    r"|variable (?:pay|part|component|portion|salary|compensation|remuneration)|prämie|primes\b|prime (?=annuelle"
    r"|variable|sur|de |d')"
    r"|(?P<part>variabel|variable|variabler)(?=\s*(?:$|[.,;:)\n]))"
    r"|erfolgsbeteiligung|jahressonderzahlung|weihnachtsgeld|plr|intéressement|tantieme"
    r"|premio (?:di (?:risultato|produzione)|annuale)|premi(?:a|ę|i) roczn\w{1,2}|resultatlön)\b"
)
# "health equity", "private equity" are no shares; "bonus points" and a referral bonus are no part of the pay.
_NO_EQUITY = re.compile(
    r"(?:health|racial|social|gender|pay|private|educational?|brand|home|sweat|diversity,?|justice,?|growth|public"
    r"|(?:and|&),?)\s?$",
    re.I,
)
_NO_EQUITY_AFTER = re.compile(
    r"\s?(?:,? (?:and|&) (?:inclusion|belonging|diversity|fairness)|research|firms?|partners|investors|funds?)", re.I
)
_OWN_AND = re.compile(
    r"(?:bonus|salary|compensation|benefits|pay|stock|base|cash|program|plan)\W{1,3}(?:and|&),?\s?$", re.I
)
_NO_BONUS = re.compile(r"(?:referral|relocation|retention|added|nice[- ]to[- ]have|\bno)\s?$", re.I)
_NO_BONUS_AFTER = re.compile(
    r"\s?(?:points?|skills?|qualifications?|if\b|(?:are |is )?(?:goes?|given|donated)"
    r"|to (?!you|the team|all|staff|every))",
    re.I,
)
# "options" and "variable" are common words: only with the pay, or alone on their line.
_AS_PAY = re.compile(
    r"(?:^\W*|\bplus |\+ ?|\b(?:pay|salary|bonus|benefits|fixe?)\W{1,3}(?:and|&|und|et|\+)? ?|\bemi |% (?:de )?"
    r"|\bemployee |\bslice of |\b(?:everyone|staff|we all|all of us|employees) (?:gets?|receives?) )$"
)
_OTHER_SHARE = re.compile(r"[+&]|, (?!\d)|\b(?:and|plus|match|401|contribut|discount|covered|growth|bonus|equity)")
_CLAUSE = re.compile(r"[;:]|\. ")
_NEAR_CHARS = 60
_MAX_MENTIONS = 40
_MAX_MARKS = 400
_MAX_CHARS = 1 << 18
_MAX_PCT = {"equity": 25.0, "bonus": 200.0}
_GERMAN = ("jahres", "leistungs", "ziel", "erfolgs", "antritts")  # Jahresbonus


class Share(TypedDict):
    """Whether it is mentioned as part of the pay, and the stated percentages (of the company, or of base pay)."""

    mentioned: bool
    low_pct: float | None
    high_pct: float | None


def read_equity(text: str | Scan) -> Share:
    """Equity offered to the employee: mentioned, and a stated percentage range of the company."""
    return _read(scan(text), "equity", _NO_EQUITY, _NO_EQUITY_AFTER)


def read_bonus(text: str | Scan) -> Share:
    """A bonus on top of base pay: mentioned, and a stated percentage range of base pay."""
    return _read(scan(text), "bonus", _NO_BONUS, _NO_BONUS_AFTER)


def _read(scanned: Scan, name: str, no_head: re.Pattern[str], no_tail: re.Pattern[str]) -> Share:
    told = Share(mentioned=False, low_pct=None, high_pct=None)
    for count, found in enumerate(_mentions(scanned, name)):
        head, tail = _around(scanned.lowered, found)
        is_joined = head.rstrip(" ,").endswith(("and", "&")) and found[0] != "equity"  # "and share options"
        is_other = not is_joined and no_head.search(head[-20:]) and not _OWN_AND.search(head[-30:])
        is_heading = name == "bonus" and not head.strip(" -•*#") and not tail.strip(" :*") and _is_line(scanned, found)
        is_common = found.lastgroup is not None and not _AS_PAY.search(head)
        if is_other or is_heading or is_common or no_tail.match(tail[:30]):
            continue
        told["mentioned"] = True
        low, high = _nearest_percent(head, tail, _MAX_PCT[name])
        if low is not None or high is not None or count > _MAX_MENTIONS:
            return Share(mentioned=True, low_pct=low, high_pct=high)
    return told


def _is_line(scanned: Scan, found: re.Match[str]) -> bool:
    """Whether the word stands alone on its line, as a heading; "Bonus." amid a line is an offer."""
    text = scanned.lowered
    is_end = text[found.end() : found.end() + 3].lstrip(" :*")[:1] in ("", "\n")
    return is_end and text[max(0, found.start() - 3) : found.start()].rstrip(" -•*#")[-1:] in ("", "\n")


def _mentions(scanned: Scan, name: str) -> Iterator[re.Match[str]]:
    """Its words in the text, whole ones: their spellings begin with the reader's trigger words."""
    lowered = scanned.lowered
    word = _EQUITY if name == "equity" else _BONUS
    for at in scanned.marks.get(name, ())[:_MAX_MARKS]:
        if at > _MAX_CHARS:
            return
        is_inside = at > 0 and lowered[at - 1].isalpha() and not lowered.endswith(_GERMAN, 0, at)
        found = None if is_inside else word.match(lowered, at)
        if found:
            yield found


def _around(text: str, found: re.Match[str]) -> tuple[str, str]:
    """The text of the same line and clause before and after a word."""
    head = text[max(0, found.start() - _NEAR_CHARS) : found.start()].rpartition("\n")[2]
    tail = text[found.end() : found.end() + _NEAR_CHARS].partition("\n")[0]
    return _CLAUSE.split(head)[-1], re.split(r"[;]|\. ", tail, maxsplit=1)[0]


def _nearest_percent(head: str, tail: str, most: float) -> tuple[float | None, float | None]:
    before = list(_PERCENT.finditer(head)) if "%" in head else []
    after = _PERCENT.search(tail) if "%" in tail else None
    gaps = []
    if before and not _OTHER_SHARE.search(head[before[-1].end() :]):
        gaps.append((len(head) - before[-1].end(), before[-1]))
    if after and not _OTHER_SHARE.search(tail[: after.start()]):
        gaps.append((after.start(), after))
    if not gaps:
        return None, None
    found = min(gaps, key=lambda gap: gap[0])[1]
    low = float(found["low"].replace(",", "."))
    high = float(found["high"].replace(",", ".")) if found["high"] else low
    if not 0 < low <= high <= most:
        return None, None
    return (None if found["up"] and not found["high"] else low), high
