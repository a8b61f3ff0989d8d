"""Years of experience that a posting asks for: overall, for one skill, or only preferred.

The first demand that is not of a tool alone is the overall one: years "in machine learning" are years of the
profession. Where every demand names a tool the first of them stands for the posting and says so (`kind`). Years of the
company, of age, of vesting and anything above 25 are no demand.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from analytics.lexicon import several
from analytics.scan import Scan, scan
from analytics.terms import Section

MOST_YEARS = 25
MOST_PLACES = 150  # that are looked at; a text that names years more often is no posting
REACH = 160  # characters of the clause to each side of the years
NONE: dict[str, Any] = {"low_years": None, "high_years": None, "kind": None, "skills": [], "preferred": []}

_NUMBERS = (
    ("one eine einem einer ein un une uno una um uma een ett", 1),
    ("two zwei deux dwa dwóch twee två due dos dois duas", 2),
    ("three drei trois trzy trzech drie tre tres três", 3),
    ("four vier quatre cztery czterech fyra quattro cuatro quatro", 4),
    ("five fünf cinq pięć pięciu vijf fem cinque cinco", 5), ("six sechs sześć sześciu zes sex sei seis", 6),
    ("seven sieben sept siedem zeven sju sette siete sete", 7), ("eight acht huit osiem åtta otto ocho oito", 8),
    ("nine neun neuf", 9), ("fifteen", 15), ("ten zehn dix dziesięć tien tio dieci diez dez decade", 10),
    ("twelve zwölf douze", 12),
)  # fmt: skip
_WORDS = {word: value for words, value in _NUMBERS for word in words.split()}
_N = r"\d{1,2}(?:[.,]\d)?|" + "|".join(sorted(_WORDS, key=len, reverse=True))
_MORE = (
    r"(?:or more|and more|and above|or above|or over|oder mehr|ou plus|ou mais|o más|lub więcej|of meer|eller mer|"
    r"minimum|at least|plus)"
)
_YEARS = re.compile(
    rf"(?:(?<![\w.,+$€£])(?<!\w-)|"
    rf"(?-i:(?<=[a-z][a-z]))(?=\d))(?P<low>{_N})(?:-?ish)?(?:\s?\(\s?\d{{1,2}}\s?\))?\s?(?P<plus>\+|"
    rf"-plus|\s{_MORE}(?=\s))?(?:\s?(?:-|–|—|~|to\b|bis\b|à|a\b|do\b|or\b|tot\b|till\b|y\b|e\b|und\b|and\b|"
    rf"et\b)\s?(?P<high>{_N})(?:\s?\(\d{{1,2}}\))?)?\s?(?P<more>\+|\s{_MORE}(?=\s))?[\s-]{{0,2}}(?:full |solid |"
    rf"or so |odd )?"
    r"(?P<unit>years?|yrs?|yoe|jahren?|jahre?|jährig\w*|letni\w*|jarige?|ans?|années?|lat|lata|años?|anos?|anni|anno|"
    r"jaar|års?|yıl|let|ani|vuotta|vuoden|év|лет|года|months?|monaten?|mois|meses|maanden|年以上|年\s?이상|"
    r"년\s?이상)(?-i:(?![a-zà-ÿ0-9_]))['’]?\s?(?P<late>\+|"
    rf"(?:{_MORE}|au moins|mindestens|como mínimo)\b)?",
    re.I,
)
_LABELLED = re.compile(  # "Years of experience: 3-5"
    r"(?P<unit>years?|yrs|yoe|jahre)(?: of)?(?: (?:relevant|work|professional|"
    r"total))? ?(?:experience)?(?: required)?\)?\s?[:–]\s?(?P<low>\d{1,2})(?:\s?(?:-|–|"
    r"to)\s?(?P<high>\d{1,2}))?(?P<plus>\+)?(?P<more>)(?P<late>)(?![\d.,%])",
    re.I,
)
_DECADE = re.compile(  # the word is number and unit in one: "a decade or more of experience"
    r"(?P<unit>)(?P<low>decade)(?!s)(?P<high>(?!))?(?P<plus>\+| or more| plus)?(?P<more>)(?P<late>)", re.I
)
_ABOUT = re.compile(
    r"experien|erfahrung|expérience|doświadczeni|esperienza|experiên|deneyim|kokemu|tapasztal|опыт|praxe|erfarenhet|"
    r"erfaring|ervaring|\bexp\b|background|track record|yoe|経験|경력|\b(?:of|spent|in|years?|yrs?|"
    r"post-?\w{0,5})\s+(?:\w+ly )?(?:\w{3,14}ing)\b|praxis|industry|tenure|hands-on|under your belt|behind you|"
    r"to your name|pratique|práctica|practice|praktijk|praktyk|outside (?:of )?(?:universit|academ|school)|"
    r"after (?:your|the) (?:degree|studies|phd)|post-?grad",
    re.I,
)
_WORK_FOLLOWS = re.compile(
    r"\s*(?:(?:or so|or thereabouts|or more|oder so),? )?(?:in|as|of|with|working|building|shipping|developing|using|"
    r"leading|applied|professional|relevant|outside|doing|als|im|in der|comme|en|como|como|som|jako|w|na|inom|"
    r"professionnelle)\b",
    re.I,
)
_LEAST = several(
    "least|fewer than|less than|minimum|minimum of| min|min.|mindestens|mind.|au moins|minst|co najmniej|minimaal|"
    "al menos|mínimo|mínimo de|pelo menos|almeno|more than| over|exp|exp:|experience|experience:|typically|usually|"
    "generally|depuis|you:|du:|vous :"
)
_OPENS = re.compile(
    r"[\W_]{0,6}(?:(?:o|\(?[a-z\d]{1,2}[.)])\s{1,4})?(?:you: |du: |(?:about|around|roughly|some|circa|ca\.?|etwa|"
    r"rund|ungefähr|"
    r"environ|unos|ab|från|od) |(?:at )?(?:the )?(?:very )?least |no (?:fewer|less) than |min(?:imum|\.)?(?: of)? |"
    r"mindestens |au moins |requires? )?$",
    re.I,
)
_NOT = re.compile(
    r"years? old|or older|years? of age|\bage\b|vest|cliff|\bpast\b|\bago\b|founded|anniversary|combined|history of|"
    r"in business|warranty|probation|runway|roadmap|mortgage|tuition|for (?:over|more than|nearly|almost) (?:\d|"
    r"\w+ty)|over the (?:last|next)|(?:last|next|previous) (?:\w+ )?(?:years|year)|within (?:the )?(?:first|next)|"
    r"per year|every|\ba year\b|our team has|founders? (?:with|have|bring)|we have (?:over|more than)|collective|"
    r"sabbatical|contract|fixed[- ]term|\bvisa\b|lookback|\bleave\b|parental|tenure with us|service award|rotat|"
    r"scheme|programme|apprenticeship|stay |in lieu|jahre alt|befristet|unternehmensgeschichte|années d'existence|"
    r"years in a row|times in|growth over|years of (?:growth|employment|service)|look ahead|degree program|probezeit|"
    r"provanställning|période d'essai|years of data\b(?! (?:sci|eng|ana|pla))|of history|paid|years from now|durée",
    re.I,
)
_NOT_SIGNS = several(
    "old| age|vest|cliff|past|ago|founded|annivers|combined|histor|business|warrant|probati|runway|roadmap|mortgage|"
    "tuition|for over|for more|for nearly|for almost|over the|last|next|previous|within|per year|every|a year|"
    "our team|founder|we have|collective|sabbat|contract|fixed|visa|lookback|leave|parental|tenure|award|rotat|"
    "scheme|programme|apprentice|stay |in lieu|jahre alt|befristet|existence|in a row|times in|growth|years of data|"
    "years of emp|years of serv|look ahead|degree program|probezeit|provan|période|paid|from now|durée"
)
_NOT_BEFORE = several(
    "last|past|next|first|over the|every|within|in under|in just|in only|for|for the|growing in|since|after|up to|"
    "previous| auf|pour|durante"
)
_FOR_WORK = re.compile(
    r"(?:work|experience|role|position|industry)\w* (?:\w+ ){0,4}for *$|"
    # what the reader has done: "you have sold cloud products to hospitals for five years", "Managed engineers for"
    r"^[\W_]{0,6}(?:\w+ed|built|led|run|sold|written|taught|spent|had|done)\b[^.;\n]{0,100} for (?:at least )?$|"
    r"\byou(?:['’]ve|['’]ll have| have| probably have| must have| should have)\b[^.;\n]{0,100} for (?:at least )?$|"
    r"\b(?:du|sie|ihr|vous|tu|je|u|qui|jemand\w*|alguien|iemand)\b[^.;\n]{0,80} (?:depuis|seit|desde|sinds|"
    r"od) (?:mindestens |au moins |al menos )?$",
    re.I,
)
_MONEY = re.compile(r"[$€£]|\b(?:m|b|tr)illion\b|budget|grant")
_STUDIED = re.compile(
    r"\b(?:stud(?:y|ies|ium)|degree|program(?:me)?|course)\b (?:of|lasting|with) (?:at least )?$", re.I
)
_IN_PLACE = re.compile(  # years that stand in the place of a degree, or are fewer or more with another one
    r"(?:degree|bachelor|diplom|b\.?sc|apprenticeship)\w*['’]?s?\b[^.;\n]{0,60}\bor (?:at least |an? additional )?$|"
    r"either an? (?:doctorate|ph\.?d|master)[^.;\n]{0,30}\bor $",
    re.I,
)
_AT_MOST = re.compile(
    r"(?i)\b(?:up to|at most|no more than|not more than|(?<!no )(?<!not )(?:less|fewer) than|bis zu|jusqu['’]à|hasta) $"
)
_AFTER_SKILL = re.compile(r"\s?[(:–—-]\s?(?:min\.? |minimum |at least )?$", re.I)
_OTHER_DEGREE = re.compile(
    r"\bor (?:an? )?(?:m\.?s\.?c?|m\.?eng|master['’]?s?|b\.?s\.?c?|bachelor['’]?s?)(?: degree)? (?:with|plus|"
    r"\+) ?(?:at least |a minimum of )?$",
    re.I,
)
_LEADING = re.compile(
    r"\s*(?:of |experience |in ){0,3}(?:managing|leading|mentoring|supervising|people manag|as a lead\b|"
    r"an? (?:[\w-]+ ){0,2}(?:management|leadership|managerial) )",
    re.I,
)
_ADDED = ("plus", "+", "and", "with", ",", "have", "bring", "need", "(")
_OF_ONE_THING = re.compile(r"\b(?!work|pr[oaie]|rel|ind|tot|year|min|dem|hands|of |on )\w+ experience:? ?\($", re.I)
_LED_BEFORE = re.compile(
    r"(?:\bmanaged|\bled|supervised|managing|leading) (?:[\w-]+ ){0,3}(?:engineers|people|teams?|scientists|"
    r"developers|researchers|managers)\b[^.;\n]{0,30}\bfor (?:at least )?$",
    re.I,
)
_WITH = re.compile(r"(?<!working )\b(?:with|mit|using)\b", re.I)
_WISH_BEFORE = several(
    "prefer|nice to have|nice-to-have|bonus|d love|would love|ideally|idealerweise|desir|idéalement|wünschenswert|"
    "souhait|mile widzian"
)
_WISH_SIGNS = several("prefer|nice to|plus|bonus|desir|wünschenswert|von vorteil|souhait|mile widz")
_WISH_AFTER = re.compile(
    r"(?<!\w)(?:a|is|strong|big) plus\b|prefer|nice to|bonus|desir|wünsch|vorteil|souhait|mile w", re.I
)
_BREAK = re.compile(r"[,;(:]|(?<=[a-z]{7})(?=[A-Z][a-z])")  # and where a lost line break glued two lines
_DIGIT = re.compile(r"\d")
_APART = re.compile(r"[-–—()]")
_ENDS = frozenset(";•<.")
_END = re.compile(r"[;•<]|(?<!\d)\.(?=\s)|(?<=\d)\.(?=\s[A-Z])")
# words that may stand between the years and the skill that they are years of: "3+ years of hands-on experience with Go"
_DIRECT = re.compile(
    r"(?:[\s'’]|\+|\b(?:of|in|im|mit|on|with|using|avec|en|con|de|d|z|w|i|der|den|the|a|or more|experiences?|exp|"
    r"expertise|erfahrung|expérience|experiencia|experiência|doświadczenia|ervaring|erfarenhet|hands-on|practical|"
    r"solid|strong|deep|proven|relevant|recent|direct|demonstrated|extensive|applied|working|building|developing|"
    r"writing|programming|coding|operating|training|deploying|production|programmeren)\b)*",
    re.I,
)
_NO_SKILL = frozenset(("soft_skill", "degree", "certification"))
_PROFESSION = frozenset(("ml_concept", "domain_topic"))  # whose years are years of the profession
_PROFESSIONS = frozenset(
    ("Data engineering", "MLOps", "DevOps", "ML infrastructure", "Linux", "Production deployment", "Conversational AI")
)
_TRADE = re.compile(r"(?:engineering|development|administration|analytics|research|SRE)$", re.I)
_GENERAL = frozenset(
    ("Software engineering", "Distributed systems", "Full-stack", "Production deployment", "Collaboration")
)
_ELSEWHERE = frozenset(("company", "benefits", "notice"))  # where only a plain demand, under a strange heading, counts
_OURS = re.compile(r"\b(?:we|we've|our|us|wir|unser\w*|nous|notre|their)\b", re.I)
_OF_TERM = re.compile(
    r"\s*(?:degree|plan\b|project|grant|course|(?:of (?:\w+ )?)?residen|laufzeit|research|post\b)", re.I
)


class Demand(NamedTuple):
    """One statement of years. `is_narrow`: of a tool or of leading people, not of the work as a whole."""

    low: float | None
    high: float | None
    skill: str | None
    is_narrow: bool
    is_preferred: bool


def read_experience(
    text: str | Scan, mentions: Iterable[Mapping[str, Any]] = (), spans: Iterable[Section] = ()
) -> dict[str, Any]:
    """Years asked for: low_years, high_years, kind (overall skill), skills, preferred; None and [] when not stated.

    `mentions` (as from `read_terms`) name the skills, `spans` tell the preferred section.
    """
    scanned = scan(text)
    if "experience" not in scanned.marks:
        return NONE | {"skills": [], "preferred": []}
    demands = list(_demands(scanned, mentions, list(spans)))
    asked = [demand for demand in demands if not demand.is_preferred]
    overall = next((demand for demand in asked if not demand.is_narrow), None)
    first = overall or next(iter(asked), None)
    return {
        "low_years": first.low if first else None,
        "high_years": first.high if first else None,
        "kind": None if first is None else "overall" if overall else "skill",
        "skills": _skills(asked),
        "preferred": [{"skill": d.skill, "low_years": d.low} for d in demands if d.is_preferred],
    }


def _skills(demands: Sequence[Demand]) -> list[dict[str, Any]]:
    least = {d.skill: d.low for d in reversed(demands) if d.skill is not None and d.low is not None}
    return [{"skill": skill, "low_years": low} for skill, low in reversed(least.items())]


def _demands(scanned: Scan, mentions: Iterable[Mapping[str, Any]], spans: Sequence[Section]) -> Iterator[Demand]:
    named: list[Mapping[str, Any]] | None = None
    for found in _statements(scanned):
        section = next((span.name for span in spans if span.start <= found.start() < span.end), "")
        clause = _clause(scanned.text, found.start(), found.end())
        if not _is_possible(found, clause):
            continue
        if named is None:
            named = sorted(mentions, key=_start)
        skill = _skill(clause, found, named) or _skill_before(clause, found, named)
        if (skill is not None and section not in _ELSEWHERE) or _is_demand(found, clause, section):
            yield _demand(found, clause, skill, section)


def _statements(scanned: Scan) -> Iterator[re.Match[str]]:
    """Numbers with a unit of time, each found from its unit on backwards."""
    text, end = scanned.text, 0
    for at in scanned.marks["experience"][:MOST_PLACES]:
        start = -1 if at < end else _number_before(text, max(end, at - 48), at)
        found = _YEARS.search(text, start, at + 24) if start >= 0 else None
        if start < 0 and at >= end:
            found = _LABELLED.match(text, at) or _DECADE.match(text, at)
        if found:
            yield found
            end = found.end()


def _number_before(text: str, start: int, at: int) -> int:
    """Where to look from for the number of a unit at `at`; -1 where no number stands before it: "last year"."""
    digit = _DIGIT.search(text, start, at)
    if digit:
        return start if text[digit.start() - 1 : digit.start()] == "(" or "to" in text[start:at] else digit.start()
    words = _APART.sub(" ", text[start:at].lower()).split()
    return -1 if _WORDS.keys().isdisjoint(words) or words[-1:] == ["a"] else start


class Clause(NamedTuple):
    """The sentence around the years, cut at `REACH` to each side."""

    before: str
    after: str


def _clause(text: str, start: int, end: int) -> Clause:
    before = text[max(0, start - REACH) : start].rpartition("\n")[2]
    if not _ENDS.isdisjoint(before):
        cut = 0
        for stop in _END.finditer(before):
            cut = stop.end()
        before = before[cut:]
    after = text[end : end + REACH].partition("\n")[0]
    stop_after = None if _ENDS.isdisjoint(after) else _END.search(after)
    return Clause(before, after[: stop_after.start()] if stop_after else after)


def _is_possible(found: re.Match[str], clause: Clause) -> bool:
    least, most = _bounds(found)
    if least > MOST_YEARS or (most is not None and (most < least or most > MOST_YEARS + 5)):
        return False
    before = clause.before[-40:]
    near = f"{before}{found[0]}{clause.after[:50]}"
    if _says(_NOT_SIGNS, near) and _NOT.search(near):
        return False
    if " or " in before and _OTHER_DEGREE.search(before) and not _DIGIT.search(clause.before):
        return False
    if (" or " in before and _IN_PLACE.search(clause.before)) or _STUDIED.search(before):
        return False
    ends = before.rstrip().lower()
    if ends.endswith("over") and _MONEY.search(clause.before):
        return False
    return not ends.endswith(_NOT_BEFORE) or _is_of_work(ends, clause)


def _is_of_work(ends: str, clause: Clause) -> bool:
    """Whether "for three years", "up to two years" are said of the applicant's work after all."""
    if ends.endswith(("for", "for at least")):
        return _FOR_WORK.search(clause.before) is not None
    return _AT_MOST.search(clause.before) is not None and "experience" in clause.after[:40]


def _says(signs: tuple[str, ...], text: str) -> bool:
    """Whether any of the signs is in the text: a pattern that needs one of them is tried only then."""
    lowered = text.lower()
    return any(sign in lowered for sign in signs)


def _is_demand(found: re.Match[str], clause: Clause, section: str) -> bool:
    """Whether the words beside the years, or their place, say that they are asked of the applicant."""
    is_open = bool(found["plus"] or found["more"] or found["late"])
    is_bounded = is_open or bool(found["high"]) or clause.before.rstrip().lower().endswith(_LEAST)
    is_about = _ABOUT.search(f"{found[0]}{clause.after[:50]}") is not None
    is_first, is_work = bool(_OPENS.fullmatch(clause.before)), bool(_WORK_FOLLOWS.match(clause.after))
    if section in _ELSEWHERE:
        is_plain = is_about or (is_first and is_work)
        return (is_bounded or is_first) and is_plain and not _OURS.search(f"{clause.before}{clause.after}")
    if _is_months(found):
        return is_about or (is_bounded and is_first and is_work)
    if is_about or _ABOUT.search(clause.before[-40:]) or _FOR_WORK.search(clause.before):
        return True
    if section in ("requirements", "preferred"):  # where nothing says that it is of something else
        is_added = clause.before.rstrip().lower().endswith(_ADDED)
        return not _OF_TERM.match(clause.after) and (is_bounded or is_first or is_added)
    is_aside = "(" in clause.before[-14:] and clause.after[:1] == ")"
    is_told = is_work or (clause.after[:1].islower() and "-" not in found[0])
    return (is_first and is_told) or (is_bounded and (is_first or is_work or is_aside))


def _demand(found: re.Match[str], clause: Clause, skill: Mapping[str, Any] | None, section: str) -> Demand:
    is_narrow = bool(
        (skill is not None and _is_narrow(skill, clause, found.end()))
        or _LEADING.match(clause.after)
        or (clause.before[-1:] == "(" and _OF_ONE_THING.search(clause.before))
        or (clause.before.endswith(("for ", "least ")) and _LED_BEFORE.search(clause.before))
    )
    name = None if skill is None else str(skill["term"])
    low, high = _bounds(found)
    is_most = high is None and _AT_MOST.search(clause.before) is not None
    return Demand(
        None if is_most else low, low if is_most else high, name, is_narrow, section == "preferred" or _is_wish(clause)
    )


def _is_narrow(skill: Mapping[str, Any], clause: Clause, end: int) -> bool:
    """Whether years of this are not years of the profession: of a tool, or "with" a method beside other work."""
    spelled = clause.after[skill["start"] - end : skill["end"] - end]
    if skill["term"] in _PROFESSIONS or _TRADE.search(spelled):
        return False
    return skill["category"] not in _PROFESSION or bool(_WITH.search(clause.after[: skill["start"] - end]))


def _is_wish(clause: Clause) -> bool:
    """Whether the clause of the years, not a neighbouring one, says that they are only preferred."""
    after = _BREAK.split(clause.after, maxsplit=1)[0]
    before = _BREAK.split(clause.before)[-1]
    return (_says(_WISH_SIGNS, after) and _WISH_AFTER.search(after) is not None) or _says(_WISH_BEFORE, before)


def _bounds(found: re.Match[str]) -> tuple[float, float | None]:
    least, most = _number(found["low"]), _number(found["high"]) if found["high"] and found["more"] != "+" else None
    if _is_months(found):
        return round(least / 12, 1), round(most / 12, 1) if most else None
    return least, most


def _is_months(found: re.Match[str]) -> bool:
    return found["unit"].lower().startswith(("month", "monat", "mois", "meses", "maand"))


def _number(word: str) -> float:
    value = float(_WORDS.get(word.lower(), 0) or word.replace(",", "."))
    return int(value) if value == int(value) else value


def _skill(clause: Clause, found: re.Match[str], named: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The term that the years are years of: "of Python", "experience with Go", "building ETL"."""
    end = found.end()
    at = bisect_left(named, end, key=_start)
    while at < len(named) and (named[at]["category"] in _NO_SKILL or named[at]["term"] in _GENERAL):
        at += 1
    gap = named[at]["start"] - end if at < len(named) else REACH
    return named[at] if gap <= min(70, len(clause.after)) and _DIRECT.fullmatch(clause.after[:gap]) else None


def _skill_before(clause: Clause, found: re.Match[str], named: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The term that opens the line of the years: "Python (5+ years)", "Go: 3 years"."""
    opened = _AFTER_SKILL.search(clause.before)
    at = bisect_left(named, found.start(), key=_start) - 1
    if opened is None or at < 0 or named[at]["category"] in _NO_SKILL | _PROFESSION:
        return None
    is_whole = named[at]["end"] == found.start() - len(opened[0])
    opens = clause.before[: max(0, named[at]["start"] - found.start() + len(clause.before))]
    return named[at] if is_whole and not opens.strip(" -*•–·") else None


def _start(mention: Mapping[str, Any]) -> int:
    return int(mention["start"])
