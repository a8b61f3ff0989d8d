"""Equity and bonus: whether a posting offers them, and the percentages it states."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TypedDict

from analytics.scan import Scan, scan

_PCT = r"(?P<low>\d{1,3}(?:[.,]\d{1,3})?)\s?%?(?:\s?(?:-|–|—|to|bis|à)\s?(?P<high>\d{1,3}(?:[.,]\d{1,3})?))?\s?%"
_PERCENT = re.compile(rf"(?<![\d.,$€£])(?P<up>up to |bis zu |jusqu['’]à )?{_PCT}", re.I)
# Both on lowered text, at the offsets of the readers' words in `lexicon/triggers.csv`.
_EQUITY = re.compile(
    r"(?:equity|stock (?:option|grant|award|unit|purchase plan|appreciation|package|compensation|refresh\w{0,3})s?"
    r"|rsus?|restricted (?:stock|share)s?"
    r"|share (?:option|unit|award)s?|(?:virtual|phantom) (?:share|stock|option)s?|vsops?|esops?|espp|bsa?pce"
    r"|warrants(?= at a strike)"
    r"|unternehmensanteile|mitarbeiterbeteiligung|virtuellen? (?:beteiligung|anteile?n?|unternehmensanteilen?)"
    r"|actions gratuites"
    r"|ownership stake|stock trust|(?:share|stock) (?:scheme|plan|save|incentive|program(?:me)?|purchase (?:plan"
    r"|scheme)|ownership)s?"
    r"|sharesave|emi (?:options|shares|scheme)|sars(?= \()|share appreciation rights|equity-based|co-ownership"
    r"|aksjeprogram\w{0,3}|aktieprogram\w{0,3}|aktieoptioner|aksjeopsjoner|warrantprogram\w{0,3}|aandelen(?:plan"
    r"|opties)?"
    r"|aktien(?:programm|optionen|plan)?|opciones sobre acciones|plan de acciones|piano azionario|stock plan"
    r"|actionnariat"
    r"|beteiligung am (?:unternehmen|kapital)|participa\w{3,6} (?:en el|au|no|al) capital|udziały w (?:spół"
    r"|firm)\w{1,4}"
    r"|(?:a|become) co-owners?|(?:are|become|become a) shareholders?|akcje pracownicze|opcje na akcje"
    r"|participação acionária|(?:own|owning) (?:a |your )?(?:piece|slice|share|part)"
    r" of (?:the|our|this) (?:company|business|firm)|stake in (?:the|our|this|what) (?:company|business|firm|you build)"
    r"|(?P<held>of (?:the|our) (?:company|business)(?= *(?:$|[.,;)\n])))"
    r"|(?P<bare>options|warrants|stock|shares|anteile|acciones|azioni|ações|akcje|tokens"
    r"|ownership)(?=\s*(?:$|[.,;:)(\n]"
    r"| (?:for (?:all|every)|worth|in (?:the|our|this) (?:company|business|firm)|vest|over \d|after|that|from (?:day"
    r"|your|the)"
    r"|of ownership|und|and|y|e|i|ed))))\b"
)
_BONUS = re.compile(
    r"(?:bonus(?:es|zahlung|ordning|system|regeling|program|programm|plan)?|bônus|(?:annual|performance"
    r"|short[- ]term|recruitment|variable|target|cash"
    r"|sales) incentives?"
    r"|discretionary incentive|incentive (?:compensation|pay|plan|scheme|program)|profit[- ]shar(?:e|ing)"
    r"|(?:share |% )of (?:the |our |company |net |annual )?profits?|gewinnbeteiligung|gewinnausschüttung|winstdeling"
    r"|variable (?:pay|part|component|portion|salary|compensation|remuneration)|prämie|primes\b|prime(?= (?:annuelle"
    r"|variable|sur|de |d'))"
    r"|(?P<part>variabel|variable|variabler)(?=\s*(?:$|[.,;:)\n]))"
    r"|erfolgsbeteiligung|jahressonderzahlung|weihnachtsgeld|plr|intéressement|tantieme"
    r"|pr[eéê]mios? (?:di (?:risultato|produzione)|de (?:desemp|produt|rend)\w{0,9}|annuale|anual|por \w|sul|legat\w"
    r"|variab\w{1,4}|individual\w?)|premi(?:a|ę|i|e) (?:roczn|uznan|kwart|za )\w{0,9}|resultatlön|årsbonus"
    r"|bonos? (?:anual|trimestral|mensual|semestral|por|variable|de (?!despensa|comida))\w{0,4}|bonificación|boni"
    r"|performance[- ](?:related|based|linked) (?:pay|reward|award|component)s?|golden hello|sti(?= of| \(|,? \d)"
    r"|(?:parte?|partie|retribución|remuneración|remuneração|salario|sueldo|componente|quota) varia(?:ble|bile|vel)"
    r"|remuneração variável|mbo(?= d)|(?:roczna|kwartalna|uznaniowa) premia|premi(?:a|ę)"
    r"|erfolgsabhängige\w? (?:vergütung|zahlung|prämie)|variable[rn]? (?:anteil|vergütung|gehalts\w{4,12}|bestandteil)"
    r"|gewinnanteil\w?|tantième\w?|sonderzahlung(?:en)?|winstuitkering|prestatiebeloning"
    r"|share (?:\w{1,8} ){1,5}profits?|performans primi|yıllık prim\w{0,2}|urlaubsgeld|weihnachts- und urlaubsgeld"
    r"|variabele beloning"
    r"|profits? (?:is|are|get|gets) (?:shared|split|distributed)|variable(?= [^.;\n]{0,16}\d ?%)"
    r"|of your own (?:margin|billings|sales)"
    r"|(?:sign(?:ing)?[- ]on|signing|joining|welcome|retention) (?:payment|award|cash|of (?=[$€£₹]))"
    r"|aws(?= of \d| \(13th| \(annual| ?\+ ?(?:vb|variable|bonus|perf)))(?!\w)"
)
# "health equity", "private equity" are no shares; "bonus points" and a referral bonus are no part of the pay.
_NO_EQUITY = re.compile(
    r"(?<!\w)(?:(?:no|without|neither|kein\w{0,2}|not (?:offer|eligible for)|\w{1,6}n['’]t (?:eligible for|offer))"
    r"|employment|health|racial|social|gender|pay|private|educational?|brand|home|sweat|diversity,?|justice,?|growth|public"
    r"|(?:and|&),?)\s?$",
    re.I,
)
_NO_EQUITY_AFTER = re.compile(
    r"\s?(?:,? (?:and|&) (?:inclusion|belonging|diversity|fairness)|research|firms?|partners|investors|funds?)", re.I
)
_OWN_AND = re.compile(
    r"(?:bonus|salary|compensation|benefits|pay|stock|base|cash|program|plan)\W{1,3}(?:and|&),?\s?$", re.I
)
_NO_BONUS = re.compile(
    r"(?:referral|relocation|exam|added|nice[- ]to[- ]have|\b(?:no|without|nor|neither|kein\w{0,2}|ohne|geen|sans|sin"
    r"|bez)"
    r"(?: [a-z-]{3,12})?|\b(?:do|does|will)(?:n['’]t| not) (?:pay|offer|give|do) (?:a |any )?|\binstead of an? "
    r"|\b(?:is|are|be|as|considered|seen as) an?)\s?$",
    re.I,
)
_NO_BONUS_AFTER = re.compile(
    r"\s?(?:: ?(?:experience|knowledge|familiar|you |any |some |prior|exposure|background)|für (?:die )?(?:empf|werb)"
    r"|de cooptation|za polec|por recomend|points?|skills?|qualifications?|if\b|(?:are |is )?(?:goes?|given|donated)"
    r"|to (?!you|the team|all|staff|every))",
    re.I,
)
# "options" and "variable" are common words: only with the pay, or alone on their line.
_AS_PAY = re.compile(
    r"(?:^\W*|\bplus |\+ ?|\b(?:pay|salary|bonus|benefits|fixe?)\W{1,3}(?:and|&|und|et|\+)? ?|\bemi |% (?:de )?"
    r"|\bemployee |\breal |\bvirtual |\bown |\bslice of |\b(?:everyone|staff|we all|all of us|employees) (?:gets?"
    r"|receives?) )$"
)
# In a list with other things that a job brings a share needs no more: "pension, 25 days off and shares"
_BROUGHT = re.compile(
    r"[$€£]|\b(?:pay|salar\w{1,4}|compensation|base|bonus|benefits|pension|super|kiwisaver|401|insurance"
    r"|health\w{0,4}|leave"
    r"|holidays?|vacation|days? off|lunch|dental|medical|gehalt|urlaub\w{0,4}|altersvorsorge|salaire|salario|salaris)\b"
)
_LISTED = re.compile(r"(?:[,+&/]|\b(?:and|plus|with|und|et|y|e|en|i|og|och|mit)) (?:(?:some|our|company|own|a few) )?$")
_OTHER_SHARE = re.compile(r"[+&]|, (?!\d)|\b(?:and|plus|match|401|contribut|discount|covered|growth|bonus|equity)")
_CLAUSE = re.compile(r"[;:]|\. ")
_STAKE = re.compile(
    r"[\dk][€£]? ?(?:and|plus|\+|,|&) ?\(?0?[.,]\d{1,3} ?%? ?(?:(?:-|–|—|to) ?[0-3]?[.,]?\d{1,3} ?)?%(?! (?:bonus"
    r"|match|commission))"
)
_NEAR_CHARS = 60
_WORD_CHARS = 128  # seen from the first letter of a word on, which has less than half of them
_MOST_KEPT = 2048  # surroundings of words: an employer's postings repeat most of them
_SHARE_CHARS = 16
_MAX_MENTIONS = 40
_MAX_MARKS = 400
_MAX_CHARS = 1 << 18
_WORDS = {"equity": _EQUITY, "bonus": _BONUS}
_NO = {"equity": (_NO_EQUITY, _NO_EQUITY_AFTER), "bonus": (_NO_BONUS, _NO_BONUS_AFTER)}
_MAX_PCT = {"equity": 25.0, "bonus": 200.0}
_GERMAN = ("jahres", "leistungs", "ziel", "erfolgs", "antritts")  # Jahresbonus


class Share(TypedDict):
    """Whether it is mentioned as part of the pay, and the stated percentages (of the company, or of base pay)."""

    mentioned: bool
    low_pct: float | None
    high_pct: float | None


def read_equity(text: str | Scan) -> Share:
    """Equity offered to the employee: mentioned, and a stated percentage range of the company."""
    scanned = scan(text)
    told = _read(scanned, "equity")
    if not told["mentioned"] and "stake" in scanned.marked and _bare_percent(scanned):
        told["mentioned"] = True
    return told


def read_bonus(text: str | Scan) -> Share:
    """A bonus on top of base pay: mentioned, and a stated percentage range of base pay."""
    return _read(scan(text), "bonus")


def _read(scanned: Scan, name: str) -> Share:
    told = Share(mentioned=False, low_pct=None, high_pct=None)
    lowered, count = scanned.lowered, 0
    for at in scanned.places(name)[:_MAX_MARKS]:
        if at > _MAX_CHARS:
            break
        if lowered[at - 1 : at].isalpha() and _is_inside(lowered, at):
            continue
        head = lowered[max(0, at - _NEAR_CHARS) : at].rpartition("\n")[2]
        offer = _offer(name, head, lowered[at : at + _WORD_CHARS].partition("\n")[0])
        if offer is None:
            continue
        is_offered, low, high = offer
        count += 1
        if is_offered:
            told["mentioned"] = True
            if low is not None or high is not None or count > _MAX_MENTIONS + 1:
                return Share(mentioned=True, low_pct=low, high_pct=high)
    return told


def _is_inside(lowered: str, at: int) -> bool:
    """Whether what begins there, behind a letter, is no word of its own: "rsu" in "persuade"."""
    is_bonus = lowered.startswith("bonus", at) and lowered[max(0, at - 4) : at].isalpha()
    return not is_bonus and not lowered.endswith(_GERMAN, 0, at)


@lru_cache(_MOST_KEPT)
def _offer(name: str, before: str, behind: str) -> tuple[bool, float | None, float | None] | None:
    """Whether the word that `behind` begins with is offered, and its percentages; None where it is no whole word of the
    reader. Both parts are of the word's own line."""
    found = _WORDS[name].match(behind)
    if found is None:
        return None
    head = _CLAUSE.split(before)[-1]
    tail = behind[found.end() : found.end() + _NEAR_CHARS].partition(";")[0].partition(". ")[0]
    if not _is_offered(name, found, head, tail) or _is_heading(found, before, head, tail):
        return False, None, None
    return True, *_nearest_percent(head, tail, _MAX_PCT[name])


def _is_offered(name: str, found: re.Match[str], head: str, tail: str) -> bool:
    """Whether it is offered by the text of the same clause before and after it."""
    if found.lastgroup is not None and not _is_of_pay(found[0], head, tail):
        return False
    no_head, no_tail = _NO[name]
    if no_tail.match(tail[:30]):
        return False
    is_joined = head.rstrip(" ,").endswith(("and", "&")) and found[0] != "equity" and "futures" not in head
    # "and share options" is an offer, traded "futures and options" are not
    return is_joined or not no_head.search(head[-30:]) or _OWN_AND.search(head[-30:]) is not None


def _is_of_pay(word: str, head: str, tail: str) -> bool:
    """Whether a common word means a part of the pay: by the words before it, or in a list of what a job brings."""
    if word.startswith("of "):  # "0.5% of the company"
        return head.rstrip().endswith("%")
    is_work = word == "ownership"  # where no share is told
    is_alone = "%" in tail[:_SHARE_CHARS] if is_work else _AS_PAY.search(head, max(0, len(head) - 36)) is not None
    return is_alone or (_LISTED.search(head[-20:]) is not None and _BROUGHT.search(head) is not None)


def _is_heading(found: re.Match[str], before: str, head: str, tail: str) -> bool:
    """Whether the word stands alone on its line, as a heading; "Bonus." amid a line is an offer."""
    if not found[0].startswith("bonus") or head.strip(" -•*#") or tail.strip(" :*"):
        return False
    behind = found.string[found.end() : found.end() + 3]
    return not behind.lstrip(" :*") and not before[-3:].rstrip(" -•*#")


def _bare_percent(scanned: Scan) -> bool:
    """Whether small percentages stand beside an amount of pay: "£140k-£200k and 0.2 - 0.6%"."""
    return any(_STAKE.search(scanned.lowered, max(0, at - 20), at + 24) for at in scanned.places("stake")[:20])


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
