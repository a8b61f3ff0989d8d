"""The words around an amount of money that say whether it is pay: salary and rate, or stipend, funding, revenue.

The vocabulary is `lexicon/pay_words.csv`: `salary` (pay of the work itself), `pay` (pay, of what is left open), `weak`
(only with more evidence), `block` (other money), `stop` (ends what an amount is called), `apart` (what follows is not
part of the amount: "excluding bonus"), `crowd` (those for whom an amount can be: "for employees in Ohio"), `unit` (what
pay can be "per").
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

LEXICON = Path(__file__).parent / "lexicon" / "pay_words.csv"
Kind = Literal["", "salary", "pay", "weak", "block"]

_WORD = re.compile(r"[^\W\d_]+|40[13]")
_CLAUSE = re.compile(r"[,;(+&|•·/:*—]|\.(?:\s|$)| [-–] ")
_SLASHED = re.compile(r"\s?/\s?(?:hour|hr|h|day|week|wk|month|mo|year|yr|annum|monat|jahr|mois|mes)\b", re.I)
_APART = re.compile(r"[,;):]")
_FIXED = ("base", "basic", "fixed")  # "$90k base"
# Bruttomonatsgehalt, Startmaandsalaris, månadslön
_COMPOUNDS = (
    "gehalt", "gehälter", "salär", "lohn", "vergütung", "entgelt", "verdienst", "einkommen", "salaris", "maandloon",
    "jaarloon", "uurloon", "basisloon", "brutoloon", "slön", "løn", "lønn", "palkka", "tarief",
)  # fmt: skip
# Opleidingsbudget, Fahrtkostenzuschuss: other money, whatever the first part
_OTHER_COMPOUNDS = (
    "budget", "zuschuss", "zulage", "prämie", "pauschale", "gutschein", "umsatz", "bonus", "toeslag", "bijdrage",
    "kostenvergütung", "kostenvergoeding", "bidrag", "tillägg", "tillæg", "volumen", "gebühr", "beitrag", "zuschlag",
    "guthaben", "förderung", "kosten", "urlaubsgeld", "weihnachtsgeld", "preisgeld", "vakantiegeld", "rabatt",
    "werkvergoeding", "korting", "premie", "omzet",
    "kostnad", "versicherung", "geld", "beteiligung", "uitkering",
)  # fmt: skip
_ENDINGS = (*_COMPOUNDS, *_OTHER_COMPOUNDS)
_JOINING = frozenset((  # what may follow an amount of pay, beside the words of the vocabulary
    "per", "and", "from", "for", "with", "the", "gross", "net", "brutto", "netto", "bruto", "bruts", "brut", "pro",
    "par", "por", "als", "auf", "bei", "mit", "nach", "fixed", "this", "that", "dependent", "doe", "ote",
    "negotiable", "yearly", "annually", "annual", "annum", "monthly", "thousand", "before", "after", "until", "tax",
    "starting", "upwards", "minimum", "maximum", "each", "every", "month", "year", "hour", "day", "week", "lordi",
    "lordo", "brutos", "brutti", "anuales", "annuels", "annui", "rocznie", "miesięcznie", "jährlich", "monatlich",
    "mensuel", "all", "inkl", "inclusive", "package", "super",
))  # fmt: skip
_SLOTS = ("stop", "apart", "crowd", "unit")
_PER = ("per", "pro", "por")
_OF = frozenset(("of", "at", "worth", "von", "de", "di", "van", "do"))
_WHERE = ("in", "at", "across")
_EACH = ("a", "an", "each")  # "£30,000 a licence"; "a convenir" is no thing
_NO_THING = frozenset((
    "convenir", "combinar", "seconda", "tempo", "negociar", "partir", "partire", "discutir", "discuter", "fortnight",
))  # fmt: skip
_FOR = ("for", "für", "pour", "voor")
_ENDING = (*_FOR, "after", "once")  # "rising to $127,900 after six steps"
# What even a range is for: "$1,000 to $3,000 for referrals"
_PERKS = frozenset((
    "referral", "referrals", "refer", "relocation", "equipment", "training", "tuition", "tutoring", "conferences",
    "courses", "books", "travel", "compute", "patients", "customers", "clients", "housing", "rent", "childcare",
))  # fmt: skip
_TOWARDS = ("towards", "toward")  # a share of what something costs, whatever that is
_IT = ("it", "them", "that")
HIRED = frozenset(("students", "employees", "graduates", "people"))  # those whom a firm may pay as well as serve
PLACES = frozenset(("locations", "sites", "cities", "stores", "markets"))  # or rows of a table of pay
DISCLOSED = frozenset(("pay transparency", "salary transparency"))  # a firm's product, but the heading over ranges
PER_DIEM = "per diem"  # of travel, or in Canada what a contractor is paid
WORK = frozenset(("assignment", "project", "projects", "contracts", "program"))  # which may be the job itself
# Headings over what a job offers, though the word in a sentence names other money
OFFERED = frozenset(
    ("deal", "opportunity", "perk", "perks", "benefit", "benefits", "bonus", "share", "options", "growth")
)
_BARS = "|•·"  # a block beyond a bar names something else
_MAX_BEFORE = 32
MOST_KEPT = 4096  # clauses that are remembered: one is asked for several times, and comes again in other postings
_NAME_WORDS = 2
# "1 day from homeSalary: £60,000": labels lost the break before them when the markup was taken off.
_GLUED = re.compile(r"(?<=[a-z)\d])(?:Salary|Pay|Rate|Compensation|Remuneration|Gehalt|Vergütung|Salaire|Salaris)\b")
# "Landlords pay £29": who pays is no employer, unless the work itself does: "senior roles pay".
_WHO_PAY = re.compile(
    r"\b(?!(?:roles?|positions?|jobs?|shifts?|gigs?|levels?|grades?|firm|company|employer|team|one)\b)[^\W\d_]{3,20} "
    r"(?:that|who|which) (?:can |will |would |only |each )?pays? (?:[^\W\d_]{1,14} ){0,5}[a-z]{0,4}[$€£₹]?$"
)
_THEY_PAY = re.compile(
    r"\b(?!(?:roles|positions|jobs|shifts|internships|gigs|contracts|openings|placements|levels|grades"
    r"|apprenticeships|projects|tasks|assignments|engagements|fellowships|traineeships|residencies|studentships"
    r"|this|hours|plus|details|does|us|benefits)\b)(?:[^\W\d_]{2,20}[^\Ws\d_]s|who|they|you|everyone) (?:can |will "
    r"|only |each )?pay"
    r" (?:us |only |just |about |around |up to |from |as little as |a |the )?[a-z]{0,4}[$€£₹]?$"
)
# "Our store teams earn £12.40 an hour": who is named is no one that the posting hires.
_THEY_EARN = re.compile(
    r"\b(?!(?:roles|positions|jobs|shifts|internships|gigs|contracts|engineers|scientists|interns|fellows|residents"
    r"|trainees|apprentices|hires|candidates|contractors|consultants|managers|leads|performers|reps|executives"
    r"|experts|contributors|annotators|raters|researchers|developers|analysts|postdocs|others|plus|hours|this"
    r"|undergraduates|graduates|students|juniors|seniors|starters|joiners|employees)\b)"
    r"[^\W\d_]{2,20}[^\Ws\d_]s (?:can |will |now |often |typically |usually |currently |each )?"
    r"(?:earn(?:ing)?|mak(?:e|ing)|bring(?:ing)? in|gross(?:ing)?)"
    r" (?:us |under |less than |more than "
    r"|only |just |about |around |up to |from |as little as |over |between |a |the )?[a-z]{0,4}[$€£₹]?$"
)
# "The top ten earned over $90,000": what somebody earned once is no offer
_THEY_EARNED = re.compile(
    r"(?<!be )(?<!is )(?<!are )\b(?:earned|grossed|pocketed|cleared|took home|takes home|walked away with)"
    r" (?:just |only |about |around |over |between |more than |less than |up to |an average of |a |the )*"
    r"[a-z]{0,4}[$€£₹]?$"
)
_GAINING = frozenset(
    (
        "earned",
        "grossed",
        "pocketed",
        "cleared",
        "took",
        "takes",
        "walked",
        "earn",
        "earning",
        "make",
        "making",
        "bring",
        "bringing",
        "gross",
        "grossing",
    )
)
# "60% of salary up to $10,000 per month" of an insurance, "raised wages by $2 an hour"
_PART_OF_PAY = re.compile(
    r"\d ?% of (?:your |their |the |base |basic |full |gross |monthly |weekly |annual |current )*(?:salary|pay"
    r"|earnings"
    r"|wages|income)\b[^.;:]{0,30}$"
    r"|\b(?:rais|increas|lift|boost|improv|cut|reduc|rose)\w{0,3}\b[^.;]{0,40} by [a-z]{0,3}[$€£]?$"
    r"|\b(?:rose|rising|risen|grew|grown|up|increased|climbed|fell|down) (?:by )?[\d.,]{1,5} ?% to [a-z]{0,3}[$€£]?$"
)


class _Phrase(NamedTuple):
    words: list[str]
    kind: Kind
    text: str


@dataclass(slots=True)  # not frozen, which makes it three times as fast to make; nobody changes one
class Cue:
    """The nearest telling word: its kind, the words themselves, and for a block whether it names this very amount."""

    kind: Kind = ""
    phrase: str = ""
    is_binding: bool = False
    salary_behind: str = ""  # a pay word farther off, when the nearest is a block


NONE = Cue()


@cache
def vocabulary() -> dict[str, dict[str, str]]:
    """Phrase (lower case, words joined by one blank) -> {"kind": ..., "stop": ..., "apart": ...}."""
    table: dict[str, dict[str, str]] = {}
    with LEXICON.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            slot = row["kind"] if row["kind"] in _SLOTS else "kind"
            table.setdefault(row["word"], {})[slot] = row["kind"]
    return table


@cache
def _phrases() -> tuple[dict[str, list[_Phrase]], dict[str, list[_Phrase]]]:
    """The phrases by their first and by their last word, the longest first: most words of a text are neither."""
    heads: dict[str, list[_Phrase]] = {}
    tails: dict[str, list[_Phrase]] = {}
    for text, entry in sorted(vocabulary().items(), key=lambda item: -item[0].count(" ")):
        phrase = _Phrase(text.split(), entry.get("kind", ""), text)  # type: ignore[arg-type]
        if phrase.kind:
            heads.setdefault(phrase.words[0], []).append(phrase)
            tails.setdefault(phrase.words[-1], []).append(phrase)
    return heads, tails


@cache
def _listed(slot: str) -> frozenset[str]:
    return frozenset(word for word, entry in vocabulary().items() if slot in entry)


def is_told_of_pay(word: str) -> bool:
    """Whether a word can follow an amount of pay: a pay word, a unit, or one that ends what the amount is called."""
    if word in vocabulary() or word in _JOINING:
        return True
    return any(phrase.kind != "block" for phrase in _phrases()[0].get(word, ()))  # "5,000 staff", of "staff earning"


def has_any(text: str, pieces: Iterable[str]) -> bool:
    """Whether one of the pieces stands in a text."""
    for piece in pieces:  # noqa: SIM110  twice as fast as any() of a generator
        if piece in text:
            return True
    return False


def words(text: str) -> list[str]:
    """The words of a text in lower case; digits and signs are left out."""
    return _WORD.findall(text.lower())


@lru_cache(MOST_KEPT)
def cue_after(text: str, is_range: bool) -> Cue:
    """What the amount is called by the words right after it, up to the end of the clause."""
    unit = _SLASHED.match(text) if "/" in text[:3] else None
    clause = _CLAUSE.split(text[unit.end() if unit else 0 :], maxsplit=1)[0]
    is_glued = clause[:1].isupper() and clause[1:2].islower()  # "$189,000.00Annual bonus": a break was lost
    told = words(clause)[: 5 if is_range else 9]
    heads, stops = _phrases()[0], _listed("stop")
    for at, word in enumerate(told):
        if at < _NAME_WORDS and word.endswith(_OTHER_COMPOUNDS) and not is_range:
            return Cue("block", word, is_binding=True)  # "750 € Chemie-Zusatzgeld"
        if word in heads:
            found = _starting_at(told, at, heads[word])
            if found.kind:
                return NONE if is_glued and found.kind == "block" else found
        if is_range and word in _WHERE and (told[at + 1 : at + 2] == ["our"] or not PLACES.isdisjoint(told[at + 1 :])):
            break  # "in our highest market", "in all other locations"
        if (word in _PER or (at == 0 and word in _EACH and clause[:1] == " ")) and _is_thing(told, at):
            return Cue("block", " ".join(told[at : at + 2]), is_binding=True)
        if word in _TOWARDS:
            return Cue("block", word, is_binding=True)
        if word in _FOR and (not is_range or not _PERKS.isdisjoint(told[at + 1 : at + 3])):
            return _purpose(told[at + 1 : at + 5])
        if word in stops or (is_range and word in _ENDING):
            break
    return NONE


def _starting_at(told: list[str], at: int, phrases: list[_Phrase]) -> Cue:
    for phrase in phrases:
        if told[at : at + len(phrase.words)] == phrase.words:
            kind = phrase.kind
            if kind in ("salary", "pay", "block") or (at == 0 and phrase.words[0] in _FIXED):
                return Cue("salary" if kind == "weak" else kind, phrase.text, is_binding=True)
    return NONE


def _is_thing(told: list[str], at: int) -> bool:
    """Whether an amount is "per seat", "per GPU hour": a price, as no one is paid by it."""
    return at + 1 < len(told) and told[at + 1] not in _listed("unit") and told[at + 1] not in _NO_THING


def _purpose(told: list[str]) -> Cue:
    """What single money is for: "$900 for books" is no pay, "$120,000 for employees in Ohio" may be."""
    if told and told[0] in _IT:
        return Cue("block", told[0], is_binding=True)
    heads = _phrases()[0]
    for at, word in enumerate(told):
        found = _starting_at(told, at, heads[word]) if word in heads else NONE
        if found.kind == "block" and word not in _listed("crowd"):
            return found
    return NONE


@lru_cache(MOST_KEPT)
def cue_before(text: str) -> Cue:
    """What the amount is called by the nearest telling words before it."""
    glued = _GLUED.search(text)
    lowered = text[glued.start() if glued else 0 :].lower().rpartition(";")[2]
    told = _WORD.findall(lowered)[-_MAX_BEFORE:]
    if not _GAINING.isdisjoint(told[-5:]) and (_THEY_EARN.search(lowered[-80:]) or _THEY_EARNED.search(lowered[-60:])):
        return Cue("block", "they earn", is_binding=True)
    if ("%" in lowered[-60:] or " by " in lowered[-8:]) and _PART_OF_PAY.search(lowered[-80:]):
        return Cue("block", "part of pay", is_binding=True)
    if ("pay" in told[-3:] and _THEY_PAY.search(lowered[-60:])) or (
        not {"pay", "pays"}.isdisjoint(told[-7:]) and _WHO_PAY.search(lowered[-100:])
    ):
        return Cue("block", "they pay", is_binding=True)
    if any(word in _FIXED for word in told[-2:]) and "of" not in told[-4:-2]:
        return Cue("salary", "base")  # "Base: $150,000"
    tails = _phrases()[1]
    weak = blocked = NONE
    at = len(told) - 1
    while at >= 0:
        word = told[at]
        if word not in tails and not word.endswith(_ENDINGS):
            at -= 1
            continue
        phrase = _ending_at(told, at, tails.get(word, []))
        if phrase.kind in ("salary", "pay"):
            found = Cue(phrase.kind, phrase.text)
            return found if not blocked.kind else Cue("block", blocked.phrase, blocked.is_binding, phrase.text)
        if phrase.kind == "block" and not blocked.kind and len(told) - at <= _since_bar(lowered):
            blocked = Cue("block", phrase.text, _is_binding(lowered, told, at, len(phrase.words)))
        elif phrase.kind == "weak" and not weak.kind and not blocked.kind:
            weak = Cue("weak", phrase.text)
        at -= len(phrase.words)
    return blocked if blocked.kind else weak


def _ending_at(told: list[str], at: int, phrases: list[_Phrase]) -> _Phrase:
    for phrase in phrases:
        start = at + 1 - len(phrase.words)
        if start >= 0 and told[start : at + 1] == phrase.words:
            return phrase
    kind: Kind = "block" if told[at].endswith(_OTHER_COMPOUNDS) else "salary" if told[at].endswith(_COMPOUNDS) else ""
    return _Phrase([told[at]], kind, told[at])


def _since_bar(text: str) -> int:
    """How many words stand after the last bar."""
    edge = max(text.rfind(bar) for bar in _BARS)
    return _MAX_BEFORE if edge < 0 else len(_WORD.findall(text[edge:]))


def _is_binding(text: str, told: list[str], at: int, size: int) -> bool:
    if len(told) - at > 7:
        return False
    if at == len(told) - 2 and told[-1] in _OF:
        return True  # "salary plus equity valued at $50,000"
    behind = list(_WORD.finditer(text))[at - len(told) :]
    if _APART.search(text[behind[0].end() :].rstrip(" :-–—(")):
        return False
    return _listed("apart").isdisjoint(told[max(0, at - size - 3) : at - size + 1])
