"""The words of schooling: patterns of degrees, of what only sounds like one, and of how far one is asked for.

Each is tried only where one of its signs, pieces of words of `lexicon/schooling.csv`, stands in the sentence; one pass
of an automaton finds the signs of all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, ClassVar

import ahocorasick

from analytics.lexicon import lines, several


def signs(kind: str) -> tuple[str, ...]:
    """Pieces of words without one of which the pattern of that kind cannot match."""
    return tuple(row["sign"] for row in lines("schooling") if row["kind"] == kind)


_HIGH = r"(?:ph\.? ?d|master['’]?s?|m\.?sc|doctora\w*|advanced|postgraduate|mba)(?: degree)?"
_NOT_NEEDED = (
    r"(?:(?!prefer|plus|desir|advant|asset)[^.,;\n]){0,30}?,? ?(?:(?:but|aber|mais|pero|ma|maar|ale) )?(?:n['’]t|"
    r"\b(?:not|neither|never|nicht|keine?|non|no|niet|geen|nie|não|inte|ikke|pas|inget|ingen|nessun\w?|ningún|"
    r"nenhum\w?))\b (?:[\w'’]+ ){0,3}?(?:requir|need|nec|nöt|mand|essent|must|matter|import|count|interest|someth|"
    r"impress|care|expect|dealb|barr|filter|gate|hurdle|prereq|condit|crit[eè]r|weigh|relev|pflicht|muss|erford|voraus|"
    r"wichtig|zwing|brauch|rolle|nodig|vereis|verpl|wymag|koniecz|ma |serv|richies|obblig|exig|obrig|oblig|impresc|"
    r"indisp|pide|krav|nödv|nødv|demand|belang|doorslag|ważn|viktig|entscheid|decisi)"
)
_NOUN = (
    r"(?:degrees?|diplom\w*|diplômes?|formal (?:educ|qualif)\w*|\w{0,24}studium|\w{0,24}abschl[uü]ss\w*|titulaci[oó]n|"
    r"t[ií]tulo|laurea|wykształceni\w*|dyplom\w*|ensino superior|graduação|opleiding|(?:formal|academic) "
    r"credentials|examen)\b"
)
# "or" and what stands in the place of a degree, no other degree, field or demand between; "or" begins with one of four
# letters, which is cheaper to see than what may not stand before it
_OR_WORK = (
    r"\b(?=[oela])(?<!doctoral )(?<!doc )(?<!academic )(?<!academia )(?<!professional )(?<!commercial )"
    r"(?<!industrial )(?:or|oder|ou|o|lub|eller|alternativ\w*),? "
    r"(?:(?!(?:and|with|plus|und|mit|et|avec|y|con|com|och|med)\b|field|"
    r"discipl|area|subject|degree|major|stud|ph\.?d|m\.?sc|master|bachelor|b\.?sc|higher|above|more|"
    r"less)[\w'’/+-]+ ){0,5}?(?:experien|expérien|experiên|expertise|background|know-?(?:how|ledge)|skills|portfolio|"
    r"track rec|work\b|practi[ck]|training|bootcamp|qualif|career|time served|depth|evidence|proof|self|equally|"
    r"industry|years\b|(?:berufs|praxis)?erfahr|kenntnis|praxis|doświadcz|erfarenhet|erfaring|esperien)"
)
_NOUN_END = _NOUN.replace(r"\w{0,24}", "")  # where a pattern begins with it, nothing need stand before
_PIECES = {"high": _HIGH, "not_needed": _NOT_NEEDED, "noun": _NOUN, "noun_end": _NOUN_END, "or_work": _OR_WORK}


PATTERNS: list[re.Pattern[str]] = []  # of all kinds


class Rules:
    """The patterns of a kind by their names, the `{pieces}` filled in; each is tried only where one of its signs
    stands, as `look` tells of all kinds at once."""

    _signs: ClassVar[dict[str, int]] = {}  # each with the bits of the patterns that need it
    _count: ClassVar[int] = 0  # of the patterns of all kinds

    def __init__(self, rows: Iterable[tuple[str, Iterable[str], str]]) -> None:
        self._first = Rules._count
        self._patterns: list[tuple[str, re.Pattern[str]]] = []
        for name, pieces, pattern in rows:
            for sign in pieces:
                Rules._signs[sign] = Rules._signs.get(sign, 0) | 1 << Rules._count
            self._patterns.append((name, re.compile(pattern)))
            PATTERNS.append(self._patterns[-1][1])
            Rules._count += 1
        self.bits = ((1 << len(self._patterns)) - 1) << self._first

    def near(self, seen: int) -> list[tuple[str, re.Pattern[str]]]:
        """Those whose signs were seen, in order."""
        near: list[tuple[str, re.Pattern[str]]] = []
        left = (seen & self.bits) >> self._first
        while left:
            lowest = left & -left
            near.append(self._patterns[lowest.bit_length() - 1])
            left ^= lowest
        return near

    def first(self, lowered: str, seen: int) -> re.Match[str] | None:
        """What the first of them finds that finds anything."""
        if seen & self.bits:
            for _, pattern in self.near(seen):
                if found := pattern.search(lowered):
                    return found
        return None

    def matches(self, lowered: str, seen: int) -> list[re.Match[str]]:
        """What each of them finds first."""
        return [found for _, pattern in self.near(seen) if (found := pattern.search(lowered))]

    @staticmethod
    def automaton() -> Any:
        """That of the signs of all kinds made so far."""
        automaton = ahocorasick.Automaton()
        for sign, bits in Rules._signs.items():
            automaton.add_word(sign, bits)
        automaton.make_automaton()
        return automaton


def _rules(kind: str) -> Rules:
    return Rules(
        (kind, several(row["sign"]), _whole(row["pattern"])) for row in lines("schooling") if row["kind"] == kind
    )


def _whole(pattern: str) -> str:
    for name, piece in _PIECES.items():
        pattern = pattern.replace(f"{{{name}}}", piece)
    return pattern


def look(lowered: str) -> int:
    """The bits of all patterns whose signs stand in a text, for `Rules.near`."""
    seen = 0
    for _, bits in _SIGNS.iter(lowered):
        seen |= bits
    return seen


# each degree: signs without which its pattern cannot match, and the pattern
DEGREES = Rules((row["degree"], several(row["signs"]), row["pattern"]) for row in lines("degrees"))
SHORT = re.compile(
    r"(?=[MB\W])(?:"  # as each begins, which is cheap to see
    r"(?P<master>\bM\.S\b\.?(?! ?in (?:your|the))|\bMS\b(?=[ ](?:in|degree|or|and|with|plus|required|preferred|"
    r"program)\b| ?[/+,] ?| *$)|(?<=or )MS\b|\bMA in\b)|(?P<bachelor>\bB\.[SA]\b\.?|\bB\.E\b\.?|\bBS\b(?=[ ](?:in|"
    r"degree|or|and|with|plus|required|preferred)\b| ?[/+,(]| *$)|\bBA\b(?= in| degree| or BS|/BS)|\bBE ?/ ?B|"
    r"(?<=BA/)BS|^\W*BS$))"
)
SHORTS = ("MS", "M.S", "MA ", "BS", "BA", "B.S", "B.A", "B.E", "BE/", "BE /")
TRAP = _rules("trap")
STUDENT = _rules("student")
FINISHED = re.compile(
    r"or (?:have )?(?:hold|complet|obtain|recently|graduat)|(?:have|hold|completed|finished),? or |"
    r"\b(?:have|hold|possess|completed)\b[^.;\n]{0,90}\bor (?:are |you are |will )?(?:about to|soon|close to)"
)
# schooling below a bachelor's: where it is enough as well, no degree of the ladder is the least, unless it takes
# years of work besides
LOWER = _rules("lower")
AND_WORK = re.compile(
    r"[^.;\n]{0,50}?\b(?:with|and|plus|mit|und|avec|et|con|y|e|com|met|en|med|och)\b[^.;\n]{0,40}?(?:experien|expérien|"
    r"experiên|esperien|erfahrung|praxis|ervaring|erfarenhet|erfaring|doświadcz)"
)
EQUIVALENT = _rules("equivalent")
# each way to say that schooling does not matter: of the noun, its verb, or the choice
NONE = _rules("none")
INSTEAD = _rules("instead")  # what may stand for a degree though its sentence names none
WISH = Rules([("wish", signs("wish"), "")])  # its words are the whole of it
HEADINGS = (
    {row["phrase"]: row["section"] for row in lines("headings")}
    | dict.fromkeys(signs("wish heading"), "preferred")
    | dict.fromkeys(signs("school heading"), "school")
)
WISH_HEADING = re.compile(
    r"(?:desir\w+|preferred|optional|bonus) (?:qualif|skill|charact|criteri|requir|experience|attrib|compet|educat)\w*"
    r"(?:(?:,|,? and| &|/) ?[\w-]+){0,4}|"
    r"(?:qualifications|skills|requirements|criteria|experience|things) (?:that )?we(?:['’]d)? (?:desire|prefer|like)"
)
_FIELDS = (
    (
        "Computer science",
        ("comput", "nformat", " cs", "/cs", "(cs"),
        r"comput(?:er|ing) (?:sci|eng)|nformat(?:i[kq]|yk)|\bcs\b",
    ),
    ("Mathematics", ("math", "matematyk"), r"mathemati(?:cs|k|que)|\bmaths?\b|applied math|matematyk"),
    ("Statistics", ("stat",), r"\bstatisti(?:cs|k|que)\b|statystyk"),
    ("Physics", ("physi", "fizyk"), r"\bphysi(?:cs|k|que)\b|fizyk"),
    (
        "Electrical engineering",
        ("electrical eng", "elektrot", " ee", "/ee", "(ee"),
        r"electrical engineering|elektrotechnik|\bee\b",
    ),
    (
        "Engineering",
        ("engineering", "ingenieurw", "ingénier"),
        r"(?<!trical )(?<!puter )(?<!tware )\bengineering\b|ingenieurwesen|ingénierie",
    ),
    ("Machine learning", ("mach", "artif", "ai", "ml"), r"machine learning|artificial intelligence|\bai\b|\bml\b"),
    ("Data science", ("data sci", "datenw"), r"data science|datenwissenschaft"),
    ("Linguistics", ("linguisti",), r"linguisti"),
    ("Economics", ("econom",), r"\beconomics|econometrics"),
)
SUBJECTS = Rules(_FIELDS)
_WISHES = ("eferabl", "deally", "vorzugsweise", "dealerweise", "préférence", "voorkeur", "preferib", "helst", "gärna")
RATHER = Rules([("rather", _WISHES, "")])
_SIGNS = Rules.automaton()
