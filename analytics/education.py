"""Schooling a posting asks for: the least degree that is enough, the one it would rather see, subjects, and whether
experience may stand in its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from analytics.lexicon import several
from analytics.scan import Scan, scan
from analytics.terms import Section

_ANY = "degree"  # one that the text does not name
_ELSEWHERE = frozenset(("company", "benefits", "notice"))
LADDER = ("none", "bachelor", "master", "phd")
NOTHING: dict[str, Any] = {"least": None, "preferred": None, "fields": [], "equivalent_ok": False}
MOST_PLACES = 150  # that are looked at; a text that names degrees more often is no posting
MOST_SHORT = 60  # characters of a line that a heading may deny
REACH = 300  # characters of a sentence to each side of a degree

# each degree: signs without which its pattern cannot match, and the pattern
_NAMED = (
    (
        "phd",
        ("phd", "ph.", "ph d", "phil", "doc", "dok", "promo", "dout", "dott"),
        re.compile(
            r"\bph\.? ?d\b\.?(?: degree)?|\bdoctora(?:tes?|l|t|do)\b(?: degree)?|\bd\.?phil\b|\bdoctor of\b|"
            r"\bpromotion (?:in|im|abgeschlossen)|\bmit promotion|\bpromoviert|\bdoktora?t?\w*|\bdocteur|\bdoutorado|"
            r"\bdottorato"
        ),
    ),
    (
        "master",
        several(
            "master|m.sc|msc|m.tech|mtech|m.eng|meng|diplom|diplôme|bac|advanced deg|graduate deg|"
            "higher deg|mscs|msee|msme|msce|mphil|école d|ingénieur ou|magist|civiling|siviling|m2 ou|mestrado|maestr"
        ),
        re.compile(
            r"\bmaster(?:['’]?s['’]?)?(?:-?(?:abschluss|studium|degree)| degree| of(?= (?:sci|eng|art|tech|app|bus|com|"
            r"gelijk|ander))|\b(?! of\b))(?!['’]?s? (?:students?|thesis)\b)|\bm\.?sc\b|\bm\.?tech\b|\bm\.?eng\b|"
            r"\bdiplom\b|\bdiplom-\w+|\bbac ?\+ ?5\b|\badvanced degree|(?<!under)\bgraduate degree|\bhigher degree|"
            r"\bpostgraduate degree|\bécole d['’]ingénieur|\bdiplôme d['’]ingénieur|\bmagist(?:er|ra|erski\w*)\b|"
            r"\bcivilingenjör\w*|\bsivilingeniør|\bm2 ou\b|\bingénieur ou (?=docteur)|\bmestrado|\bmaestría|"
            r"\bmaster(?:grad|exam|utbild)\w*|\bms(?:cs|ee|me|ce)\b|\bmphil\b|\blaurea magistrale|\btekn\.? ?lic"
        ),
    ),
    (
        "bachelor",
        several(
            "bachelor|bscs|bsee|bsme|bsce|ty graduate|ge graduate|2:1|2.1|honours deg|honors deg|"
            "b.sc|bsc|b.tech|btech|b.eng|beng|undergraduate deg|bac|first deg|year deg|college deg|"
            "university deg|licen|wyższ|inżynier|hbo|wo-d|wo d|grado|ingenier|titulado|tertiary|any grad|"
            "kandidat|högskole|laurea|gradua|ensino"
        ),
        re.compile(
            r"\bbachelor(?:['’]?s)?['’]?(?:-?abschluss|studium| degree)?|\bb\.?sc\b|\bb\.?tech\b|\bb\.?eng\b|"
            r"\bundergraduate degree|\bbac ?\+ ?[34]\b|\bfirst degree|\b(?:four|4)[- ]year degree|"
            r"\bbs(?:cs|ee|me|ce)\b|"
            r"\bbachelor(?:grad|exam|utbild)\w*|\b(?:university|college) graduates?\b|\b2[:.]1\b|\bhonou?rs degree|"
            r"\blicence (?:en|in) |\bwyższe\w* wykształceni\w*|\bwykształceni\w* wyższ\w*|"
            r"\binżynier lub\b|\bhbo\b|\bwo-?diploma|\blicenciatura|\bgrado en\b|\bingeniería en\b|\btitulado|"
            r"\btertiary qualification|\bany graduate\b|\bkandidatexamen|\bhögskoleexamen|\blaurea\b|"
            r"\bgraduação em\b|\bensino superior"
        ),
    ),
)
_SHORT = re.compile(
    r"(?P<master>\bM\.S\b\.?(?! ?in (?:your|the))|\bMS\b(?=[ ](?:in|degree|or|and|with|required|preferred|program)\b|"
    r" ?[/+,] ?| *$)|(?<=or )MS\b|\bMA in\b)"
    r"|(?P<bachelor>\bB\.[SA]\b\.?|\bB\.E\.|\bBS\b(?=[ ](?:in|degree|or|and|with|required|preferred)\b| ?[/+,(]| *$)|"
    r"\bBA\b(?= in| degree| or BS|/BS)|\bBE ?/ ?B|(?<=BA/)BS|^\W*BS$)"
)
_SHORTS = ("MS", "M.S", "MA ", "BS", "BA", "B.S", "B.A", "B.E", "BE/", "BE /")
_BARE = re.compile(
    r"\b(?:university |college )?degrees?\b(?! of)|"
    r"\b(?:hochschul|fach|fachhochschul|universitäts|informatik|ingenieur|technisches )?"
    r"studium\b|\bhochschulabschluss|\buniversitätsabschluss|\bstudienabschluss",
)
_TRAP = re.compile(
    r"\b(?:no|without an?|(?:not|n't|n’t) (?:require|need) an?) (?:ph\.? ?d|master|bachelor|doctorate)[^.\n;,]{0,30}|"
    r"\b(?:ph\.? ?d|master['’]?s|doctorate|advanced)(?: degree)? (?:(?:is )?(?:welcome (?:and|but) )?)?not (?:need|"
    r"requir|nec|expect)\w*|"
    r"scrum ?master|master ?(?:data|card|class|plan|mind)|master (?:services?|agreement|of ceremon)|"
    r"quiz ?master|web ?master|(?:high |360[- ]|\d(?:st|nd|rd)[- ]|six |some |certain |greater |large )degrees?|"
    r"degrees? of (?:freedom|autonomy|ambiguity|ownership|independence|difficulty|flexibility)|"
    r"(?:teams?|founders?|founded|colleagues?|engineers|researchers|scientists|alumni|group|half of us) "
    r"(?:of|by|with|includes?|are|have|hold)[^.\n]{0,30}ph\.?ds?|"
    r"ph\.?ds (?:from|who|and engineers)|(?:supervis|mentor)\w*[^.\n]{0,20} (?:ph\.? ?d|master|doctora)\w*|"
    r"encadre\w* (?:un|des) doctorant\w*|\bmaster (?:the|our|new|your|it|this)\b|(?:to|quickly|can|will) master\b|"
    r"promotions?\b(?: (?:and|cycle|opportunit|timeline|criteria|path|process))|"
    r"diploma (?:/|or) (?:a )?degree|ausbildung[^.\n]{0,50} oder (?:\w+ )?studium|or an? ph\.?d and one|"
    r"(?:or |\(|, )\d{1,2}\+? (?:years )?with an? (?:master|ph)[\w'’]*(?: degree)?",
)
_TRAPS = (
    "no ph", "no mas", "no bac", "without", "not ", "scrum", "n't ", "n’t ", "masterd", "master d", "masterc",
    "master c", "masterp", "master p", "masterm", "master m", "master serv", "agreement", "ceremon", "quiz",
    "webmaster", "web master", "high ", "360", "st-deg", "nd-deg", "rd-deg", "six ",
    "some ", "certain ", "greater ", "large ", "degrees of",
    "degree of", "team", "founde", "colleag", "engineers", "research", "scientists", "alumni", "group", "half of",
    "phds", "ph.ds", "supervis", "mentor", "encadre", "master the", "master our", "master new", "master your",
    "master it", "master this", "to master", "quickly", "can master", "will master", "promotion", "diploma",
    "ausbildung", "and one", "with a",
)  # fmt: skip
_STUDENT = re.compile(
    r"\benrol\w*|\bpursuing\b|\bcurrently studying|students?\b|student[:*]in|studierende|étudiant|vous préparez|"
    r"eingeschrieben|immatrikuliert|working towards?|neben dem studium|fürs studium|während des studiums|"
    r"many hold|\bapprenti|studiengang\w*",
)
_STUDENTS = (
    "enrol", "pursuing", "studying", "student", "studierende", "étudiant", "préparez", "eingeschr", "immatr", "towards",
    "working toward", "studium", "studiums", "many hold", "apprenti", "studiengang",
)  # fmt: skip
_FINISHED = re.compile(r"or (?:have )?(?:hold|complet|obtain|recently|graduat)")
# schooling below a bachelor's: where it is enough as well, no degree of the ladder is the least
_LOWER = re.compile(
    r"\bassociate['’]?s?['’]? (?:degree|or )|\bhtl\b|\btechniker\b|\bfachinformatiker|"
    r"\b(?:national|vocational|higher|college|technical|advanced|post-?secondary) diploma\b|"
    r"\bdec or\b|\bhn[dc]\b|\bb\.?t\.?s\b(?= (?:ou|/|,)|/)|\bdut\b|\bbac ?\+ ?2\b|\bmbo\b|\bhigh school (?:diploma|or)|"
    r"\bor (?:an? )?(?:diploma|apprenticeship|vocational training)\b|"
    r"\byrkeshögskole\w*|\bfagskole\w*|\btechnikum\b|\bciclo formativo"
)
_LOWERS = (
    "associate", "htl", "techniker", "fachinf", "diploma", "dec or", "hnd", "hnc", "bts", "b.t.s", "dut", "bac", "mbo",
    "high school", "ausbildung", "apprentic", "trade ", "vocational", "yrkesh", "fagskole", "technikum", "ciclo f",
)  # fmt: skip
_WISH_WORDS = (
    "prefer", "a plus", "is plus", "plus)", "bonus", "ideal", "nice to have", "desir", "advantage", "asset",
    "von vorteil", "wünschenswert", "souhait", "atout", "mile widzian", "gern", "welcome", "optional", "big plus",
    "strong plus", "deseable", "pluspunkt", "meriterande", "een pre", "helpful",
)  # fmt: skip
_WISH_BEGINS = re.compile(
    r"\W*(?:(?:or |and )?(?:an? )?(?:related|similar|relevant|equivalent|other|comparable|technical|quantitative) "
    r"[\w ]{0,30}?)?(?:(?:is|are|a|an|strongly|highly|ist|sind|added) ){0,3}"
    r"(?:prefer|plus|bonus|desir|advantage|asset|von vorteil|wünsch|souhait|welcome|nice to)",
)
_SEGMENT = re.compile(
    r"[,;]|\bbut\b|\brequired\b(?: and)?|\((?=[^()]{0,80}(?:prefer|plus|ideal|bonus|advantage|welcome|desir))"
)
_EQUIVALENT = re.compile(
    r"\bor (?:an? |the )?(?:equivalent|comparable|similar|same|related|relevant|practical|professional)\b"
    r"(?:[ ,]+(?!field|discipl|area|subject|degree|major|stud|and\b|with\b)[a-z-]+){0,5}?"
    r"[ ,]+(?:experience|expertise|background|work|skills|know|qualification|training)|"
    r"equivalent (?:practical |work |professional |industry |combination |hands-on |skills|level|"
    r"real-world )*(?:experience|background|skills|knowledge)?|in lieu of|or (?:the )?equivalent\b|substitut|"
    r"self-?taught|non-?traditional|bootcamp|\bor (?:\w+ )?(?:\d+|two|three|four|five)\+?(?:-\d+)? (?:\w+ )?years|"
    r"oder (?:eine? |einer )?(?:vergleichbar|gleichwertig|ähnlich|htl)|vergleichbare (?:qualifikation|ausbildung|"
    r"erfahrung)|mit (?:entsprechender|einschlägiger) (?:berufserfahrung|praxis|erfahrung)|"
    r"ou (?:expérience )?équivalent|lub równoważn|eller (?:motsvarande|tilsvarende)|gelijkwaardig|of vergelijkbaar|"
    r"o (?:experiencia )?equivalente|quereinsteiger|"
    r"(?:degree|diplom|bachelor|b\.?sc|m\.?sc|master|ph\.?d)[\w'’.]*(?: [\w&/-]+){0,8},? or "
    r"(?:[\w-]+ ){0,4}(?:experience|portfolio|track record)\b|"
    r"or (?:an? )?(?:equally|portfolio|comparably|trade background)|judged equivalent|"
    r"(?:experience|erfaring|erfarenhet|erfahrung|expérience|experiencia|portfolio)[^.\n;]{0,25}(?:replace|"
    r"instead of|count|erstatt|ersätt|ersetz|remplac|sustitu|kompenser)|equal(?:ly)? (?:good|valid|welcome|valued)",
)
_EQUIVALENTS = (
    "equivalent", "comparable", "similar", "same", "related", "relevant", "practical", "professional", "lieu", "subst",
    "taught", "traditional", "bootcamp", "year", "oder ", "vergleichb", "mit e", "équivalent", "równow", "motsv",
    "tilsv", "erstatt", "ersätt", "ersetz", "remplac", "sustit", "kompens", "compens", "replace", "instead", "count",
    " or ", "equal", "gelijkw", "vergelijk", "quereinst", "degree or",
)  # fmt: skip
_OPENERS = ("equivalent ", "traditional", "taught")
_INSTEAD = re.compile(r"(?:equivalent (?:skills|experience|knowledge)|non-?traditional|self-?taught)")
_NONE = re.compile(
    r"\bno (?:\w+ ){0,3}degrees?(?: (?:is|are|or \w+))? (?:requir|need|necess|mandat|demand|expect)\w*|"
    r"\bdegrees?: [\w ]{0,20},? ?not (?:needed|required|necessary)|\bany degree,? or none|"
    r"\bdegree or (?:not|none|no degree)|"
    r"\bwith or without (?:an? )?(?:\w+ )?degree|\bdegrees? (?:is |are )?(?:entirely |fully )?(?:optional\b|irrelevant|"
    r"unimportant|immaterial|of no (?:importance|interest)|beside the point)|\bdrop-?outs? (?:are )?(?:very )?welcome|"
    r"\bdegrees?\b[^.\n,;]{0,20}(?:n['’]t|not) (?:matter|count|important|essential|interest|a requirement)|"
    r"\bdiplôme (?:n['’]est pas|pas|non|peu importe)|\bpeu importe (?:le|votre|ton) diplôme|\btitulación no |"
    r"degrees? (?:is |are )?(?:not|n't|n’t|never) (?:an? )?(?:required|necessary|needed|mandatory|must|requirement)|"
    r"(?:don['’]t|do not|doesn['’]t|does not) (?:\w+ )?(?:care|require|need|insist|ask)[^.\n]{0,25}\bdegrees?\b|"
    r"\bdegrees?\b[^.\n]{0,15}(?:we|which we) (?:don['’]t|do not) (?:require|need|ask)|"
    r"(?:doesn['’]t|does not|don['’]t)(?: matter| count)?: [^.\n]{0,40}\bdegrees?\b|"
    r"(?:kein|ohne) (?:\w+ )?(?:studium|hochschulabschluss)|studium (?:ist )?(?:nicht|kein)|"
    r"(?:abschluss|studium|abschlüsse)[^.\n,;]{0,25}(?:egal\b|gleichgültig|keine rolle|zweitrangig|unwichtig)|"
    r"(?:aucun|sans|pas de) diplôme|without a degree(?! but)",
)
_NONES = (
    "not", "any degree", "degree or", "optional", "irrelevant", "unimportant", "immaterial", "beside", "welcome",
    "pas ",    "non", "peu importe", "titulación", "gleichg", "keine", "zweitr", "nebens", "unwicht",
    "n't", "n’t", "no ", "never", "kein", "ohne", "nicht", "egal", "aucun", "sans", "pas de", "without",
)  # fmt: skip
_NOT_HEADING = re.compile(
    r"(?:don['’]?t|do not|doesn['’]?t|does not|nicht|won['’]t) (?:\w+ ){0,3}(?:need|require|care|matter|have|brauch|"
    r"count|looking for)|(?:not|n['’]t) (?:required|needed|important|necessary)",
)
_PLAIN = re.compile(
    r"[\W_]*(?:an? |the )?(?:bachelor|master|[bm]\.?s\b|[bm]\.?sc\b|ph\.?d\b(?!-)|degree|university degree)"
)
_OURS = re.compile(r"\b(?:we|our|us|team|founders?|wir|unser\w*|nous|many)\b")
_FIELDS = (
    (
        "Computer science",
        ("comput", "informati", "cs"),
        r"comput(?:er|ing) science|computer engineering|informati(?:k|que|yk)|informatyk|\bcs\b(?=[ ,/)]|$)",
    ),
    ("Mathematics", ("math", "matematyk"), r"mathemati(?:cs|k|que)|\bmaths?\b|applied math|matematyk"),
    ("Statistics", ("stat",), r"\bstatisti(?:cs|k|que)\b|statystyk"),
    ("Physics", ("physi", "fizyk"), r"\bphysi(?:cs|k|que)\b|fizyk"),
    ("Electrical engineering", ("electr", "elektr", "ee"), r"electrical engineering|elektrotechnik|\bee\b"),
    (
        "Engineering",
        ("engineering", "ingen", "ingén"),
        r"(?<!electrical )(?<!computer )(?<!software )\bengineering\b|ingenieurwesen|ingénierie",
    ),
    (
        "Machine learning",
        ("machine", "artific", "ai", "ml"),
        r"machine learning|artificial intelligence|\bai\b|\bml\b",
    ),
    ("Data science", ("data sci", "datenw"), r"data science|datenwissenschaft"),
    ("Linguistics", ("linguisti",), r"linguisti"),
    ("Economics", ("econom",), r"\beconomics|econometrics"),
)
_PATTERNS = tuple((name, signs, re.compile(pattern)) for name, signs, pattern in _FIELDS)
_SMALL = frozenset(("ms", "bs", "ba", "be"))  # as in "systems and", "labs or": no degrees
_STOPS = frozenset("•;.!?<")
_STOP = re.compile(r"[•;!?<]|(?<!\.\w)(?<!\s\w)(?<!\.Sc)\.(?=\s+[^\W\d_a-zà-ÿ])")


_GLUED = re.compile(r"(?<=[a-z]{5})(?=(?:Bachelor|Master|Degree|PhD|BSc?|MSc?|University)\b)")  # a lost line break


class Sentence(NamedTuple):
    """What stands around a degree, cut at `REACH`, and where it begins and ends."""

    start: int
    end: int
    text: str


def read_education(text: str | Scan, spans: Iterable[Section] = ()) -> dict[str, Any]:
    """least (none bachelor master phd or None), preferred, fields, equivalent_ok; from sentences that name a degree.

    In the company, benefit and notice sections only a line that begins with the degree counts.
    """
    scanned = scan(text)
    if "education" not in scanned.marks:
        return NOTHING | {"fields": []}
    sections = list(spans)
    least: list[str] = []
    preferred: list[str] = []
    fields: list[str] = []
    is_equivalent = is_open = False
    for sentence in _sentences(scanned):
        section = next((span.name for span in sections if span.start <= sentence.start < span.end), "")
        clean = _clean(sentence.text)
        if section in _ELSEWHERE and (not _PLAIN.match(clean) or _OURS.search(clean)):
            continue
        is_open = is_open or (_any(_OPENERS, clean) and _INSTEAD.search(clean) is not None)
        is_denied = _is_denied(clean, scanned.text, sentence.start)
        if is_denied or (_any(_NONES, clean) and _NONE.search(clean)):
            least += ["none"] * (not is_denied or bool(_BARE.search(clean)))
            continue
        asked, better = _degrees(clean, section == "preferred")
        if asked or better:
            least += [] if _any(_LOWERS, clean) and _LOWER.search(clean) else asked
            preferred += better
            is_equivalent = is_equivalent or (_any(_EQUIVALENTS, clean) and _EQUIVALENT.search(clean) is not None)
            fields += _fields(clean)
    return {
        "least": _least(least),
        "preferred": max((LADDER[1] if d == _ANY else d for d in preferred), key=LADDER.index, default=None),
        "fields": list(dict.fromkeys(fields)),
        "equivalent_ok": is_equivalent or (is_open and bool(least)),
    }


def _least(asked: list[str]) -> str | None:
    """The lowest that is named; "a degree" is a bachelor's where none is named."""
    named = [degree for degree in asked if degree != _ANY]
    return min(named or [LADDER[1] for _ in asked], key=LADDER.index, default=None)


def read_certifications(mentions: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Certificates among the mentions of a text: dicts with name and strength."""
    return [
        {"name": m["term"], "strength": m["strength"]}
        for m in mentions
        if m["category"] == "certification" and m["strength"] not in ("none", "negated")
    ]


def _sentences(scanned: Scan) -> Iterator[Sentence]:
    """The sentences that hold a word of schooling, each once, in order."""
    text, end = scanned.text, 0
    for at in scanned.marks["education"][:MOST_PLACES]:
        if at < end or (text[at : at + 2] in _SMALL and not text[at + 2 : at + 3].isalpha()):
            continue
        before = text[max(end, at - REACH) : at].rpartition("\n")[2]
        if not _STOPS.isdisjoint(before):
            cuts = [stop.end() for stop in _STOP.finditer(f"{before}{text[at : at + 2]}") if stop.end() <= len(before)]
            before = before[cuts[-1] :] if cuts else before
        rest = text[at : at + REACH].partition("\n")[0]
        stop = None if _STOPS.isdisjoint(rest) else _STOP.search(rest)
        rest = rest[: stop.start()] if stop else rest
        end = at + max(1, len(rest))
        yield Sentence(at - len(before), end, before + rest)


def _any(signs: Sequence[str], lowered: str) -> bool:
    """Whether any of the signs is in the text: a pattern that needs one of them is tried only then."""
    return any(sign in lowered for sign in signs)


def _clean(sentence: str) -> str:
    """The sentence in small letters, its "MS" and "BA" told from words, without what only sounds like a degree."""
    if any(short in sentence for short in _SHORTS):
        sentence = _SHORT.sub(_spelled, sentence)
    lowered = _GLUED.sub(" ", sentence).lower()
    return _TRAP.sub(" ", lowered) if _any(_TRAPS, lowered) else lowered


def _spelled(short: re.Match[str]) -> str:
    return " msc " if short.lastgroup == "master" else " bsc "


def _is_denied(sentence: str, text: str, start: int) -> bool:
    """Whether a short line stands under a heading such as "What you do not need"."""
    if len(sentence) > MOST_SHORT:
        return False
    lines = text[max(0, start - REACH) : start].lower().split("\n")
    return any(len(line) < 80 and _NOT_HEADING.search(line) for line in lines[-7:])


def _degrees(sentence: str, is_wished: bool) -> tuple[list[str], list[str]]:
    """Degrees asked for and degrees preferred in one sentence: of "BS required, MS preferred" one each."""
    asked: list[str] = []
    better: list[str] = []
    if _any(_STUDENTS, sentence) and _STUDENT.search(sentence) and not _FINISHED.search(sentence):
        return asked, better
    has_wish = _any(_WISH_WORDS, sentence)
    latest: list[str] = []
    for segment in _SEGMENT.split(sentence) if has_wish else [sentence]:
        found = _named(segment)
        if not found and not asked and _BARE.search(segment):
            found = [_ANY]
        is_wish = has_wish and _any(_WISH_WORDS, segment)
        if is_wish and not found and latest and _WISH_BEGINS.match(segment):
            asked = [degree for degree in asked if degree not in latest]
            better += latest
        if found:
            latest = found
            (better if is_wish or is_wished else asked).extend(found)
    return asked, better


def _named(segment: str) -> list[str]:
    return [degree for degree, signs, pattern in _NAMED if _any(signs, segment) and pattern.search(segment)]


def _fields(sentence: str) -> list[str]:
    return [name for name, signs, pattern in _PATTERNS if _any(signs, sentence) and pattern.search(sentence)]
