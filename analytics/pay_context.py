"""Where an amount of money stands: its sentence, its line, the headings over it, and what they say about it."""

from __future__ import annotations

import re
from functools import cached_property

from analytics.pay_currency import DOLLAR, DOLLARS, code_of, currency_of, dollar_of
from analytics.pay_money import Money
from analytics.pay_words import Cue, has_any

_SENTENCE = re.compile(
    r"[.!?](?<=[a-z)\]0-9%][.!?])"
    r"(?:\s+(?=[A-ZÄÖÜÉÀ$€£])|(?<=[a-z)][.!?])(?<!prox\.)(?<!ca\.)(?<!max\.)(?<!min\.)(?<!Rs\.)(?<!Fr\.)(?<!mind\.)"
    r"(?<!incl\.)(?<![ .(][a-z]\.)(?<!etc\.)(?<!comp\.)\s+\Z)"  # an amount begins a sentence too
)
_LEAD_CHARS = 110
_LEADS = 3
_SHORT_CHARS = 50  # of a heading: "Salary (gross, per year)"

_OTE = re.compile(r"\bOTE\b|\bon[- ]target\b|zieleinkommen|zielgehalt|zielvergütung", re.I)
_BASE_AFTER = re.compile(
    r"\W{0,3}(?:USD\s)?(?:(?:monthly|annual|yearly|hourly|gross) )?(?:(?:is|as|being) (?:the |your )?)?"
    r"\(?(?:base|fixed)\b(?!\s?[+&]|(?: of| is|:)? ?[A-Z]{0,3} ?[$€£]?\d)",
    re.I,
)
_BASE_BEFORE = re.compile(r"\bbase \($")
_OF_NEXT = re.compile(r"\b(?:OTE|on[- ]target[\w ]{0,12})[:\s]{0,2}(?:of |is |up to )?$", re.I)
# What leaves open whether more is paid: a bare "pay is", a rate that is billed
_LEFT_OPEN = re.compile(r"\bpay (?:is|and terms)\b[^.;]{0,14}$|\b(?:stundensatz|tarief|TJM)\b[^.;\n]{0,12}$", re.I)
_ROW_LABEL = re.compile(r"\s*|[^\d\n:|]{2,36}[:|]\s?")  # "Germany | ", "Dublin: "
_BASE_BELOW = re.compile(r"\bbase (?:pay|salar(?:y|ies))\b", re.I)
_HEAD_CHARS, _ROWS = 45, 20  # letters of a line that heads a table, and how many lines above are looked at
_BASE_HEAD = re.compile(
    r"(?:annual |gross |our |the )?"
    r"(?:base (?:pay|salar(?:y|ies))\b.*|base|salar(?:y|ies)(?: (?:range|band)s?)?(?: \d{4})?(?: \([^)]*\))?):?",
    re.I,
)
_FIXED_TERM = re.compile(r"\bfixed[- ]term", re.I)
_TOTAL = re.compile(
    r"\btotal (?:target )?(?:cash|comp\w*|earnings|rewards?|target|package|annual comp\w*)"
    r"|\bC?TC\b|cost to company",
    re.I,
)
_GROSS = re.compile(
    r"\b(?P<gross>gross|brutt[oó]\w*|\w{1,20}brutto\w*|bruts?|bruto\w*|bruta|brute|hrub\w{1,4}|lord[aeio]|RAL|b/a"
    r"|before tax(?:es)?)\b"
    r"|\b(?P<net>nett[aeio]|in[- ]hand|net(?! (?:worth|new|promoter))|after tax(?:es)?|take[- ]home|nets)\b",
    re.I,
)
_OTE_PIECES, _TOTAL_PIECES = ("ote", "target", "ziel"), ("total", "tc", "cost to")
_ODD_UNIT = re.compile(
    r"[\s)/,]{0,3}(?:USD |per |a |every )?(?:bi-?weekly|bi-?monthly|fortnight|semi-?monthly|quarter|two weeks"
    r"|semester|term\b)(?! (?:payroll|pay ?days?|pay\b|pay ?checks?|payments?|instal))",
    re.I,
)
_INDIAN = frozenset(("lpa", "lakh", "lakhs", "lac", "lacs", "crore", "crores"))
_GROSS_PIECES = ("gross", "brut", "net", "tax", "take", "hrub", "hand", "lord", "ral", "b/a")
_ISO = r"(?P<code>USD|CAD|AUD|NZD|SGD|HKD|TWD|MXN|EUR|GBP|CHF|INR|PLN|SEK|NOK|DKK|BRL|ZAR|JPY)\b"
_CODE_AFTER = re.compile(
    rf"[\s(,*/]{{0,3}}(?:(?:per|a|/) ?(?:year|annum|month|hour|yr|hr)|annually)?[\s,(]{{0,3}}(?:in )?{_ISO}"
)
_CODE_BEFORE = re.compile(rf"(?:\(|\bin |[-–:,/] ?){_ISO}|{_ISO.replace('code', 'last')}[\s:(]{{0,3}}$")
_CAPITALS = re.compile(r"[A-Z]{3}\b")
_AND_MORE = re.compile(
    r"[\s)]{0,2}(?:[A-Z]{3}\s?)?(?:(?:/|per|an?)\s?(?:year|yr|annum|hour|hr|month|mo)\s?)?(?:base\s?)?"
    r"(?:\+|plus|and|&|,|w/|with|•)\s?(?:up to\s|offers\s)?(?:[\d.,%–-]{1,12}\s?(?:to|-|–)?\s?)?"
    r"(?:[a-z-]{1,14}\s){0,2}"
    r"(?:equity|bonus|benefits|stock|options|shares|commissions?|rsus?|super(?:annuation)?|kiwisaver|pension|ote|esop|vsop|bspce|opties|plr"
    r"|perks|tokens|variables?|bonos|prime|mbo|premio)\b",
    re.I,
)
# The head of a column of lower or of upper ends
_COLUMN = re.compile(
    r"(?:annual |salary |pay )?"
    r"(?:min(?:imum)?|max(?:imum)?|mid[- ]?point|low"
    r"|high|lower|upper|from|to|od|do|von|bis|mín|máx)\.?"
    r"(?: (?:salary|pay|end|base))?",
    re.I,
)
_CLAUSE_END = re.compile(r"[.;]\s(?<!U\.S\.\s)")
_IN_US = re.compile(r"\b(?:US(?! ?\$)|U\.S\.|USA|United States)(?![A-Za-z])")
_EDGE = re.compile(r"[|•·*;\n()—+]|\s[-–]\s|\.\s")

_TERM_PIECES = ("b2b", "uop", "umowa", "c2c", "w2", "w-2", "1099", "ir35")
_TERMS = re.compile(r"\b(?:b2b|uop|umowa o pracę|c2c|w-?2|1099|(?:outside|inside) ir35)\b", re.I)


class Context:
    """The surroundings of the amount `found[at]`, bounded by its neighbours; each is cut out on demand."""

    def __init__(self, text: str, found: list[Money], at: int) -> None:
        money = found[at]
        self.text, self._money = text, money
        self._line = max(text.rfind("\n", max(0, money.start - 600), money.start) + 1, money.start - 600, 0)
        end = text.find("\n", money.end, money.end + 300)
        self._line_end = end if end >= 0 else min(len(text), money.end + 300)
        floor = max(self._line, found[at - 1].end if at else 0, money.start - 260)
        ceiling = min(self._line_end, found[at + 1].start if at + 1 < len(found) else self._line_end)
        self.is_behind_money = at > 0 and floor == found[at - 1].end
        told = text[floor : money.start]
        cut = _last_end(_SENTENCE, told)
        self._ahead = told[:cut]
        self.before = told[cut:]
        self.after = text[money.end : min(ceiling, money.end + 90)]

    @cached_property
    def leads(self) -> tuple[str, ...]:
        """Nearest first: the same line before this sentence, then up to three lines above."""
        return (*([self._ahead[-160:]] if self._ahead else []), *_headings(self.text, self._line))

    @property
    def has_ahead(self) -> bool:
        """Whether another sentence stands before its own in the line; then it is the first of `leads`."""
        return bool(self._ahead)

    @cached_property
    def segment(self) -> str:
        """What stands beside the amount between bars, brackets and dashes."""
        head = self.text[max(self._line, self._money.start - 120) : self._money.start]
        tail = self.text[self._money.end : min(self._line_end, self._money.end + 90)]
        return f"{_EDGE.split(head)[-1]} {_EDGE.split(tail.partition(',')[0], maxsplit=1)[0]}"

    @property
    def has_odd_unit(self) -> bool:
        """Whether it is paid by a unit that no reading has: every two weeks, by the quarter."""
        return _ODD_UNIT.match(self.after) is not None

    @property
    def sentence(self) -> str:
        """The sentence up to the amount, other amounts included."""
        told = self.text[max(self._line, self._money.start - 160) : self._money.start]
        return told[_last_end(_SENTENCE, told) :]

    @property
    def rest(self) -> str:
        """The rest of the line, other amounts included."""
        return self.text[self._money.end : min(self._line_end, self._money.end + 160)]

    def rows_above(self) -> list[str]:
        """The lines above that say something, nearest first, as far as a table reaches."""
        first = max(0, self._line - 500)
        told = self.text[first : self._line].split("\n")[first > 0 :]
        return [line.strip() for line in reversed(told) if line.strip()][:_ROWS]

    @property
    def is_terse(self) -> bool:
        """Whether the amount stands alone or with a label: "ML Engineer, Berlin | 70-80k"."""
        return len(self.segment.split()) <= 8

    @cached_property
    def terms(self) -> str | None:
        """The kind of contract named beside the amount: B2B, UoP, W2."""
        told = (self.before[-30:] + self.after[:30]).lower()
        if not has_any(told, _TERM_PIECES):
            return None
        found = _TERMS.search(self.after[:30]) or _last(_TERMS, self.before[-30:])
        return found[0] if found else None

    @property
    def has_more(self) -> bool:
        """Whether "+ equity", "plus bonus" follows, as it does after pay."""
        return _AND_MORE.match(self.after) is not None


def _last_end(pattern: re.Pattern[str], text: str) -> int:
    found = _last(pattern, text)
    return found.end() if found else 0


def _headings(text: str, line_start: int) -> list[str]:
    """Up to three lines above, nearest first, as far as they can be a heading or an item of the same list."""
    leads: list[str] = []
    end = line_start - 1
    for _ in range(8):
        if end <= 0 or len(leads) == _LEADS:
            break
        start = max(text.rfind("\n", max(0, end - 700), end) + 1, end - 700)
        line = text[start:end].strip()
        end = start - 1
        if not line or _COLUMN.fullmatch(line):
            continue
        is_open = line.endswith((":", "following"))
        if len(line) > _LEAD_CHARS and not is_open:
            break
        leads.append(line[-_LEAD_CHARS:])
    return leads


def _code_before(text: str) -> re.Match[str] | None:
    return _last(_CODE_BEFORE, text) if _CAPITALS.search(text) else None


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = None
    for found in pattern.finditer(text):  # noqa: B007
        pass
    return found


def currency(money: Money, here: Context, country: str) -> tuple[str | None, bool]:
    """The ISO code, or None; and whether it was inferred."""
    codes = [code_of(mark, country) for mark in money.marks]
    explicit = next((code for code in codes if code != DOLLAR), None)
    if explicit:
        return explicit, False
    near = _CODE_AFTER.match(here.after) or _code_before(here.before[-60:])
    near = near or next(filter(None, map(_code_before, here.leads)), None)
    if near:
        return next(code for code in near.groupdict().values() if code), False
    if money.scale in _INDIAN:
        return "INR", False
    own = currency_of(country)
    if codes:
        is_for_us = _IN_US.search(
            _CLAUSE_END.split(here.after[:30])[0]
        )  # "$150k base for US hires" after a list of other countries
        said = (
            "USD" if is_for_us else dollar_of(here.before[-90:].lower(), _CLAUSE_END.split(here.after[:45])[0].lower())
        )
        if not said and own != "USD" and _IN_US.search(here.before[-30:]):
            said = "USD"
        is_own = own in DOLLARS
        return said or (own if is_own else "USD"), not (said or is_own)
    return own, True


def component(here: Context, cue: Cue) -> str:
    """base, ote, total or unspecified: by the cue itself, then by the words of the sentence, then by a heading."""
    if _BASE_AFTER.match(here.rest) or _BASE_BEFORE.search(here.before):
        return "base"
    if _OF_NEXT.search(here.before[-30:]):
        return "ote"
    if "base" in cue.phrase.split() or ("fix" in cue.phrase and not _FIXED_TERM.search(here.before)):
        is_total = not here.before.strip() and here.leads and _TOTAL.search(here.leads[0])
        return "total" if is_total else "base" if not _OTE.match(here.after.lstrip(" (")) else "ote"
    after = _OF_NEXT.sub("", here.after)[:30]  # "£40k, OTE £60k"
    told = f"{here.before[-120:]} {after} {cue.phrase}".lower()
    for name, pattern, pieces in (("ote", _OTE, _OTE_PIECES), ("total", _TOTAL, _TOTAL_PIECES)):
        if not has_any(told, pieces):
            continue
        if pattern.search(after) or pattern.search(here.before[-120:]) or pattern.fullmatch(cue.phrase):
            return name
    if cue.phrase in ("ote", "total"):
        return cue.phrase
    if cue.kind == "salary":
        return "unspecified" if _LEFT_OPEN.search(here.before[-40:]) else "base"
    return _component_of_table(here)


def _component_of_table(here: Context) -> str:
    """base where the amount opens a row of a table that is headed so, total where the cell before says "CTC"."""
    if not _ROW_LABEL.fullmatch(here.before):
        return "unspecified"
    rows = here.rows_above()
    if rows and _TOTAL.fullmatch(rows[0].strip(" :")):
        return "total"
    for line in rows:
        if sum(map(str.isalpha, line)) > _HEAD_CHARS:
            return "base" if _BASE_BELOW.search(line) else "unspecified"
        if _BASE_HEAD.fullmatch(line) or _TOTAL.search(line):  # with columns of both it is open
            return "unspecified" if _TOTAL.search(line) else "base"
    return "unspecified"


def net_or_gross(here: Context) -> str | None:
    """gross, net, or None where neither the sentence nor a heading over it says which."""
    told = f"{here.before[-60:]} {here.after[:40]}".lower()
    found = None
    if has_any(told, _GROSS_PIECES):
        found = _GROSS.search(here.after[:40]) or _last(_GROSS, here.before[-60:])
    for lead in here.leads if found is None else ():
        head = lead.rpartition(". ")[2] if lead.endswith(":") else lead
        found = found or (_GROSS.search(head) if len(head) <= _SHORT_CHARS or head.endswith(":") else None)
    return None if found is None else "gross" if found["gross"] else "net"
