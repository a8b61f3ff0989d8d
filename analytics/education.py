"""Schooling a posting asks for: the least degree that is enough, the one it would rather see, subjects, and whether
experience may stand in its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from analytics.lexicon import lines, several
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
_NAMED = tuple((row["degree"], several(row["signs"]), re.compile(row["pattern"])) for row in lines("degrees"))
_SHORT = re.compile(
    r"(?P<master>\bM\.S\b\.?(?! ?in (?:your|the))|\bMS\b(?=[ ](?:in|degree|or|and|with|required|preferred|program)\b|"
    r" ?[/+,] ?| *$)|(?<=or )MS\b|\bMA in\b)|(?P<bachelor>\bB\.[SA]\b\.?|\bB\.E\b\.?|\bBS\b(?=[ ](?:in|degree|or|and|"
    r"with|required|preferred)\b| ?[/+,(]| *$)|\bBA\b(?= in| degree| or BS|/BS)|\bBE ?/ ?B|(?<=BA/)BS|^\W*BS$)"
)
_SHORTS = ("MS", "M.S", "MA ", "BS", "BA", "B.S", "B.A", "B.E", "BE/", "BE /")
_HIGH = r"(?:ph\.? ?d|master['’]?s?|m\.?sc|doctora\w*|advanced|postgraduate|mba)(?: degree)?"
_NOT_NEEDED = (
    r"(?:(?!prefer|plus|desir|advant|asset)[^.,;\n]){0,30}?,? ?(?:(?:but|aber|mais|pero|ma|maar|ale) )?(?:n['’]t|"
    r"\b(?:not|never|nicht|keine?|non|no|niet|geen|"
    r"nie|não|inte|ikke|pas))\b (?:[\w'’]+ ){0,3}?(?:requir|need|nec|nöt|mand|essent|must|matter|import|count|"
    r"interest|someth|impress|care|expect|dealb|barr|filter|gate|hurdle|prereq|condit|criteri|relev|pflicht|muss|erford|voraus|wichtig|zwing|brauch|rolle|"
    r"nodig|vereis|verpl|wymag|koniecz|ma |serv|richies|obblig|exig|obrig|oblig|impresc|indisp|pide|krav|nödv|nødv|"
    r"demand)"
)
_TRAP = re.compile(
    r"\b(?:no|without an?|(?:not|don['’]t) (?:require|need|have to have|insist on) an?) (?:ph\.? ?d|master|bachelor|"
    rf"doctorate|advanced)[^.\n;,]{{0,30}}|\b{_HIGH}{_NOT_NEEDED}\w*|"
    # pay by degree: "Master's: $52/hr"
    r"\b(?:undergrad\w*|bachelor|master|ph\.?d|[bm]\.?sc)[\w'’]*(?: (?:students?|level|degree))? ?[:–—-] ?[$€£] ?\d|"
    r"\d \((?:undergrad|master|ph\.?d)[^)\n]{0,15}\)|"
    r"scrum ?master|master ?(?:data|card|class|plan|mind)|master (?:services?|agreement|of ceremon)|quiz ?master|"
    r"web ?master|(?:high |360[- ]|\d(?:st|nd|rd)[- ]|six |some |certain |greater |large )degrees?|"
    r"degrees? of (?:freedom|autonomy|ambiguity|ownership|independence|difficulty|flexibility)|"
    # degrees of those who work there already, or that the employer pays for
    r"(?:teams?|founders?|founded|colleagues?|engineers|researchers|scientists|alumni|group|people) (?:of|by|with|"
    r"includes?|are|have|hold)[^.\n]{0,40}(?:ph\.?ds?\b|degrees\b)|(?:half|most|many|some|two|three) of (?:us|"
    r"the team|our)[^.;\n]{0,80}|(?:tuition|reimburs|subsid|we (?:also )?(?:pay|sponsor|fund|finance))[^.;\n]{0,60}|"
    r"ph\.?ds (?:from|who|and engineers)|(?:supervis|mentor)\w*[^.\n]{0,20} (?:ph\.? ?d|master|doctora|m\.?sc|"
    r"b\.?sc|bachelor)\w*|"
    r"(?:courses? in|teach\w*|lectur\w*)[^.\n]{0,90}(?:bachelor|master|ph\.?d|[bm]\.?sc)\w*|"
    r"encadre\w* (?:un|des) doctorant\w*|\(or an? (?:ph\.?d|master|m\.?sc)[^()]{0,40}\)|\bmaster (?:the|our|new|your|"
    r"it|this)\b|(?:to|quickly|can|will|you) master\b(?!['’])|promotions?\b(?: (?:and|cycle|opportunit|timeline|"
    r"criteria|path|process))|diploma (?:/|or) (?:a )?degree|ausbildung[^.\n]{0,50} oder (?:\w+ )?studium|(?:or |\(|"
    r", )\d{1,2}\+? (?:years )?with an? (?:master|ph)[\w'’]*(?: degree)?",
)
_TRAPS = several(
    ": $|: €|: £|no ph|no mas|no bac|without|not |scrum|n't |n’t |masterd|master d|masterc|master c|masterp|"
    "master p|masterm|master m|master serv|agreement|ceremon|quiz|webmaster|web master|high |360|st-deg|nd-deg|"
    "rd-deg|six |some |certain |greater |large |degrees of|degree of|team|founde|colleag|engineers|research|"
    "scientists|alumni|group| of us|of our|people|phds|ph.ds|supervis|mentor|encadre|master the|master our|"
    "master new|master your|master it|master this|to master|quickly|can master|will master|you master|promotion|"
    "diploma|ausbildung|(or a|with a|never|courses in|course in|teach|lectur|tuition|reimb|subsid|we pay|we also|"
    "we spons|we fund|we finan|(mas|(ph|(und"
)
_STUDENT = re.compile(
    r"\benrol\w*|\bpursuing\b|\bcurrently studying|students?\b|student[:*]in|\bstudierende|\bstudierst\b|\bétudiant|"
    r"vous préparez|\bestudiante|\bstudentess|\bstudenta\b|eingeschrieben|immatrikuliert|working towards?|\b(?:neben|"
    r"während|fürs|im|laufende\w*|begonnene\w*) (?:de[ms] )?\w*studiums?\b|many hold|\bapprenti(?!ssage (?:auto|prof|"
    r"stat))|studiengang\w*|typical (?:in|of|for) (?:the|our) team|(?:final|last|penultimate|letzte[ns]?|último|"
    r"ultimo|laatste)[ -](?:year|année|jahr|año|anno|ano|jaar)\b|\b(?:bachelor|master)and\w*|\bcursando|"
    r"stage de fin|fin d['’]études|"
    r"\blaufende promotion|\bdual\w* ?studium|about to finish",
)
_STUDENTS = several(
    "enrol|pursuing|studying|student|studier|étudiant|préparez|estudiante|eingeschr|immatr|toward|studium|many hold|"
    "apprenti|studiengang|typical|final|last|penult|letzte|ltimo|laatste|chelorand|masterand|cursando|fin d|"
    "laufende|dual|about to"
)
_FINISHED = re.compile(r"or (?:have )?(?:hold|complet|obtain|recently|graduat)|(?:have|hold|completed|finished),? or ")
# schooling below a bachelor's: where it is enough as well, no degree of the ladder is the least
_LOWER = re.compile(
    r"\bassociate['’]?s?['’]? (?:degree|or )|\bhtl\b|\btechniker\b|\bfachinformatiker|\b(?:national|vocational|"
    r"higher|"
    r"college|technical|advanced|post-?secondary) diploma\b(?! with (?:add|ext|more))|\bdec or\b|\bdec ou\b|"
    r"\bhn[dc]\b|\bb\.?t\.?s\b(?= (?:ou|/|,)|/)|\bdut\b|\bbac ?\+ ?2\b|\bmbo\b|\bhigh school (?:diploma|or)|"
    r"\bor (?:an? )?(?:diploma|apprenticeship|vocational training)\b|\bausbildung (?:zu[mr]|als) |\bberufsausbildung|"
    r"\byrkeshögskol\w*|\bfagskole\w*|\btechnikum\b|\bciclo formativo|\bgrado superior|\bfp\b|\bensino médio"
)
_LOWERS = several(
    "associate|htl|techniker|fachinf|diploma|dec o|hnd|hnc|bts|b.t.s|dut|bac|mbo|high school|ausbildung|apprentic|"
    "vocational|yrkesh|fagskole|technikum|ciclo f|grado sup|médio|fp"
)
_WISH_WORDS = several(
    "prefer|a plus|is plus|plus)|bonus|ideal|nice to have|desir|advantage|asset|von vorteil|wünsch|souhait|atout|"
    "appréci|mile widzian|gern|welcome|optional|big plus|strong plus|deseable|valorable|valued|benefic|would be great|"
    "would be nice|is nice|"
    "is great|pluspunt|meriterande|een pre|helpful|gradit|desejável|diferencial|tercih|fördel|fordel"
)
_WISH_BEGINS = re.compile(
    r"\W*(?:or (?:[\w-]+ ){1,4}?|(?:or |and )?(?:an? )?(?:related|similar|relevant|equivalent|other|comparable|"
    r"technical|quantitative) [\w ]{0,30}?)?(?:(?:is|are|a|an|strongly|highly|ist|sind|added) ){0,3}(?:prefer|plus|"
    r"bonus|desir|advantage|asset|von vorteil|wünsch|souhait|welcome|nice to)",
)
_SEGMENT = re.compile(
    r"[,;]|\bbut\b|\brequired\b(?: and)?|\((?=[^()]{0,80}(?:prefer|plus|ideal|bonus|advantage|welcome|desir))"
)
# "or" and what stands in the place of a degree, no other degree, field or demand between
_OR_WORK = (
    r"\b(?:or|oder|ou|o|lub|eller|alternativ\w*),? (?:(?!(?:and|with|plus|und|mit|et|avec|y|con|com|och|med)\b|field|"
    r"discipl|area|subject|degree|major|stud|ph\.?d|m\.?sc|master|bachelor|b\.?sc|higher|above|more|"
    r"less)[\w'’/+-]+ ){0,5}?(?:experien|expérien|experiên|expertise|background|know-?(?:how|ledge)|skills|portfolio|"
    r"track rec|work\b|practi[ck]|training|bootcamp|qualif|career|time served|depth|evidence|proof|self|equally|"
    r"industry|years\b|(?:berufs|praxis)?erfahr|kenntnis|praxis|doświadcz|erfarenhet|erfaring|esperien)"
)
_EQUIVALENT = re.compile(
    _OR_WORK + r"|\bor (?:an? |the )?(?:equivalent|comparable|similar|same|related|relevant|practical|professional)\b"
    r"(?:[ ,]+(?!field|discipl|area|subject|degree|major|stud|and\b|with\b)[a-z-]+){0,5}?[ ,]+(?:experience|"
    r"expertise|"
    r"background|work|skills|know|qualification|training|depth|level|gained|learn)|equivalent (?:practical |work |"
    r"professional |industry |combination |hands-on |skills|level|real-world )*(?:experience|background|skills|"
    r"knowledge)?|in lieu of|or (?:the )?equivalent\b|substitut|combination of (?:\w+,? ){0,3}(?:education|training|"
    r"study|studies|degree)|\bmake\w* up for|(?:dir|sich) (?:\w+ )?selbst|self-?taught|non-?traditional|bootcamp|"
    r"werk- en denkniv|\boppure\b|(?:just as|equally) (?:well|good|welcome|happy)|(?:so (?:will|does)|without one\b)|"
    r"oder (?:eine? |einer )?(?:vergleichbar|gleichwertig|ähnlich|htl)|vergleichbare (?:qualifikation|ausbildung|"
    r"erfahrung)|mit (?:entsprechender|einschlägiger) (?:berufserfahrung|praxis|erfahrung)|"
    r"ou (?:une )?(?:expérience )?(?:jugée )?équivalent|lub równoważn|eller (?:motsvarande|tilsvarende)|"
    r"gelijkwaardig|of vergelijkbaar|o (?:experiencia )?equivalente|quereinsteig|college diploma with (?:add|ext|more)|"
    r"or with (?:an? )?(?:comparable|equivalent|relevant|similar|proven|enough|sufficient)[^.;,\n]{0,30}experien|"
    r"or (?:an? )?(?:equally|comparably|trade background)|judged equivalent|(?:experience|erfaring|erfarenhet|"
    r"erfahrung|expérience|experiencia|portfolio)[^.\n;]{0,25}(?:replace|instead of|count|erstatt|ersätt|ersetz|"
    r"remplac|sustitu|kompenser)|equal(?:ly)? (?:good|valid|welcome|valued)",
)
_EQUIVALENTS = several(
    "equiv|comparable|lieu|subst|taught|traditional|bootcamp|oder |oppure|portfolio|as well|just as|"
    "so will|without one|alternativ|vergleichb|mit e|équiv|równow|lub | ou |"
    " o |eller |motsv|tilsv|erstatt|ersätt|ersetz|remplac|sustit|kompens|replace|instead|count| or |(or |equal|"
    "gelijkw|vergelijk|quereinst|combination|up for|denkniv|college diploma"
)
_INSTEAD = re.compile(r"(?:equivalent (?:\w+ ){0,2}(?:skills|experience|knowledge)|non-?traditional|self-?taught)")
_NOUN = (
    r"(?:degrees?|diplom\w*|diplômes?|formal (?:educ|qualif)\w*|\w{0,24}studium|\w{0,24}abschl[uü]ss\w*|"
    r"titulaci[oó]n|"
    r"t[ií]tulo|laurea|wykształceni\w*|ensino superior|opleiding)\b"
)
# each way to say that schooling does not matter: of the noun, its verb, or the choice
_NONE = re.compile(
    r"\b(?:no|without an?|neither an?|keine?[nrs]?|ohne|sans|aucun|pas (?:besoin )?de|sin|geen|bez|senza|sem|"
    r"ingen)\b (?:(?!advanced|post|ph\.?d|master|doctor|higher|later|longer|less)[\w'’-]+[ /]+){0,4}?"
    rf"{_NOUN}(?! of|,? but)|{_NOUN}{_NOT_NEEDED}|{_NOUN}[^.,;\n]{{0,9}} (?:brauch|verlang|erwart|setzen|zähl|"
    rf"interess)\w*[^.,;\n]{{0,20}} nicht|"
    r"(?:n['’]t|\b(?:not|never|nicht|nie|não|no|non|niet|inte|ikke|ne))\b (?:[\w'’]+ ){0,3}?(?:look|car(?:e|ing)\b|"
    r"requir|need|insist|ask|filter|mind|check|expect|demand|exig|pedi|hace|serve|wymag|regard|screen|judge|us(?:e|ing)\b|filter|hire\b)\w*"
    rf"(?:(?!n['’]t|but)[^.;,\n]){{0,25}}?\b{_NOUN}(?! of)|\b(?:peu importe|egal welche\w*|"
    rf"fiche\w* d[ue]s?)[^.,;\n]{{0,15}} {_NOUN}|"
    r"(?:care|mind|matter)s? (?:where|what|if|whether) you(?:['’]ve)? studied|\b(?:whether|regardless of|"
    r"irrespective of)\b(?! (?:from|through|via|by|in)\b)[^.;\n]{0,40}?(?:degree|studied)|"
    r"\bob\b[^.;\n]{0,40}(?:studi|"
    r"uni\b|fh\b|abschl)[^.;\n]{0,25}(?:egal|wurs|gleich|nicht|kein|zweit)|\bif you(?:['’]ve| have|"
    r" hold)[^.;\n]{0,15} degree,? (?:that['’]?s? |is )?(?:grand|great|fine|good|nice|cool)|"
    rf"{_NOUN}[^.,;\n]{{0,30}}?(?:\begal\b|gleichgültig|keine rolle|zweitrangig|unwichtig|irrelevant|"
    r"unimportant|immaterial|optional\b|beside the point|importe peu|"
    r"(?<!post-)(?<!post )secondary\b(?! (?:educ|school|inst))|of no (?:imp|int)|peu importe)|"
    r"\b(?:degrees?|education|schooling|studies)\b[?:]?[^.;\n]{0,20}(?:\(if any\)|whatever|up to you|"
    r"your (?:own )?business|"
    r"we (?:do not|don['’]t|never) (?:check|look|ask|care|mind))|degrees? \(?or (?:lack|not\b|none|no )|"
    r"with or without (?:an? )?(?:\w+ )?degree|any degree,? or none|"
    r"drop-?outs? (?:(?:are )?(?:very )?welcome|and ph\.?ds)|"
    r"(?<!only )(?<!just )\bnot (?:for|by|on|through) (?:your |the )?"
    rf"{_NOUN}|\b(?:nobody|no one|niemand|personne|nadie|ninguém|nessuno|nikt)\b[^.;,\n]{{0,40}}{_NOUN}|"
    r"\bwhether or not you (?:went|have been|go) to (?:uni|college)|"
    r"no matter (?:what|which|where)[^.;\n]{0,20}(?:degree|stud)|"
    r"(?:doesn['’]t|does not|don['’]t)(?: matter| count)?: [^.\n]{0,40}\bdegrees?\b"
)
_OR_ANY = re.compile(
    r"(?:n['’]t|\b(?:no|not|never|without))\b[^.;\n]{0,50}\bor any (?:other |formal ){0,2}degree"
)  # "no PhD or any other degree"
_REPLACES = re.compile(
    r"[\W_]{0,6}(?:(?:or|option|either|alternativ\w*|oder|ou)\b[^\w\n]{0,3}(?:(?:\d|two|b|ii)\b[^\w\n]{1,3})?"
    r"(?!with )[^.;\n]{0,60}|"
    r"(?:[\w,’'-]+ ){0,6}?(?:experience|combination)[^.;\n]{0,50}(?:substitut|offset|accept|consider|replac|instead|"
    r"in lieu|in place|compensat|suffic|count|make up))"
)
_NONES = several(
    "no |not|n't|n’t|never|without|neither|kein|ohne|nicht|sans|aucun|pas |sin |geen|niet|bez |senza|sem |não|nie |"
    "non |ingen|inte |ikke|egal|gleichg|zweitr|unwicht|irrelev|unimp|immat|optional|beside|second|whether|regardless|"
    "irrespective|if any|whatever|up to you|your business|your own|if you|importe|fiche|dropout|drop-out|or none|"
    "or lack|(or |nobody|no one|niemand|personne|nadie|ninguém|nessuno|nikt|drop"
)
_NOT_HEADING = re.compile(
    r"(?:don['’]?t|do not|doesn['’]?t|does not|nicht|won['’]t) (?:\w+ ){0,3}(?:need|require|care|matter|have|brauch|"
    r"count|looking for)|(?:not|n['’]t) (?:required|needed|important|necessary)",
)
_PLAIN = re.compile(  # a line that begins with a degree, whatever heading it stands under
    r"[\W_]{0,40}(?:[\w-]+ ){0,2}?(?:bachelor|master|[bm]\.?s\b|[bm]\.?sc\b|ph\.?d\b(?!-)|degree|\w*(?:studium|"
    r"abschluss)\b|diplôm|bac ?\+|licenc|grado en|laurea|wykszta|hbo|graduação|ensino)"
)
_DEMAND = re.compile(
    r"voraussetzung|\bvorausgesetzt|\berforderlich|\bis required|\bare required|\best (?:exigé|requis)|vereist"
)
_SOME = re.compile(r"\b(?:of us|(?:our|the) (?:team|people|engineers|colleagues|staff)|founders?|alumni)\b")
_OURS = re.compile(r"\b(?:we|our|us|team|founders?|wir|unser\w*|nous|many)\b")
_FIELDS = (
    ("Computer science", ("comput", "nformat", "cs"), r"comput(?:er|ing) (?:sci|eng)|nformat(?:i[kq]|yk)|\bcs\b"),
    ("Mathematics", ("math", "matematyk"), r"mathemati(?:cs|k|que)|\bmaths?\b|applied math|matematyk"),
    ("Statistics", ("stat",), r"\bstatisti(?:cs|k|que)\b|statystyk"),
    ("Physics", ("physi", "fizyk"), r"\bphysi(?:cs|k|que)\b|fizyk"),
    ("Electrical engineering", ("electr", "elektr", "ee"), r"electrical engineering|elektrotechnik|\bee\b"),
    ("Engineering", ("engin", "ing"), r"(?<!trical )(?<!puter )(?<!tware )\bengineering\b|ingenieurwesen|ingénierie"),
    ("Machine learning", ("mach", "artif", "ai", "ml"), r"machine learning|artificial intelligence|\bai\b|\bml\b"),
    ("Data science", ("data sci", "datenw"), r"data science|datenwissenschaft"),
    ("Linguistics", ("linguisti",), r"linguisti"),
    ("Economics", ("econom",), r"\beconomics|econometrics"),
)
_PATTERNS = tuple((name, signs, re.compile(pattern)) for name, signs, pattern in _FIELDS)
_OF_FIELD = re.compile(r",? ?(?:preferably|ideally|vorzugsweise|idealerweise|de préférence) (?=(?:in|im|en|dans)\b)")
# a label of a table row, which says nothing of how much it is wished
_LABEL = re.compile(r"\W{0,40}(?:minimum |required )?(?:education\w*|qualifications?|degree|ausbildung)\s?:")
_SMALL = frozenset(("ms", "bs", "ba", "be"))  # as in "systems and", "labs or": no degrees
_GLUED = re.compile(r"(?:Bachelor|Master|Degree|PhD|BSc?|MSc?|University)\b")
_STOPS = frozenset("•;.!?<")
_STOP = re.compile(
    r"[•<]|;(?!\s?(?i:or|oder|ou)\s)|(?:!|(?<!egree)\?)(?=\s|$)|(?<!\.\w)(?<!\s\w)(?<!\.Sc)\.(?=\s+[^\W\d_a-zà-ÿ])"
)


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
        printed = sentence.text.lower()
        is_needless = _is_needless(clean, printed)
        if section in _ELSEWHERE and not _counts_anyway(clean, printed, is_needless):
            continue
        is_open = is_open or _INSTEAD.search(clean) is not None
        is_denied = _is_denied(clean, scanned.text, sentence.start)
        asked, better = _degrees(clean, section == "preferred" and not _LABEL.match(clean))
        if is_denied or is_needless:
            least += ["none"] * (is_needless or _ANY in _named(clean))
            preferred += better * is_needless
            continue
        if asked or better:
            is_equivalent = is_equivalent or _is_replaced(scanned.text[sentence.end : sentence.end + REACH])
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
        if stop and rest[stop.start()] == "?" and len(before) + stop.start() < MOST_SHORT:
            stop = _STOP.search(rest, stop.end())  # "A degree? Not needed." is one statement
        rest = rest[: stop.start()] if stop else rest
        end = at + max(1, len(rest))
        yield Sentence(at - len(before), end, before + rest)


def _any(signs: Sequence[str], lowered: str) -> bool:
    """Whether any of the signs is in the text: a pattern that needs one of them is tried only then."""
    for sign in signs:  # noqa: SIM110  twice as fast as any() of a generator
        if sign in lowered:
            return True
    return False


def _clean(sentence: str) -> str:
    """The sentence in small letters, its "MS" and "BA" told from words, without what only sounds like a degree."""
    if any(short in sentence for short in _SHORTS):
        sentence = _SHORT.sub(_spelled, sentence)
    lowered = _GLUED.sub(_parted, sentence).lower()
    if "bly in" in lowered or "lly in" in lowered or "weise i" in lowered or "férence" in lowered:
        lowered = _OF_FIELD.sub(" ", lowered)  # the wish is for a subject
    return _TRAP.sub(" ", lowered) if _any(_TRAPS, lowered) else lowered


def _parted(degree: re.Match[str]) -> str:
    """The word, after a blank where a lost line break glued it to another."""
    before = degree.string[max(0, degree.start() - 5) : degree.start()]
    return f" {degree[0]}" if len(before) == 5 and before.isalpha() and before.islower() else degree[0]


def _spelled(short: re.Match[str]) -> str:
    return " msc " if short.lastgroup == "master" else " bsc "


def _counts_anyway(clean: str, printed: str, is_needless: bool) -> bool:
    """Whether a sentence of a section about the employer speaks of the degree of a candidate."""
    if is_needless:
        return _SOME.search(printed) is None
    return bool(_PLAIN.match(clean) or _DEMAND.search(clean)) and not _OURS.search(printed)


def _is_denied(sentence: str, text: str, start: int) -> bool:
    """Whether a short line stands under a heading such as "What you do not need"."""
    if len(sentence) > MOST_SHORT:
        return False
    above = text[max(0, start - REACH) : start].lower().split("\n")
    return any(len(line) < 80 and _NOT_HEADING.search(line) for line in above[-7:])


def _is_replaced(following: str) -> bool:
    """Whether what follows a degree on its line lets work stand for it: "Option 2: seven years of experience"."""
    line = following.partition("\n")[0].lower()
    return "experien" in line and _REPLACES.match(line) is not None


def _is_needless(sentence: str, printed: str) -> bool:
    """Whether no degree is needed at all: of "MSc preferred but not required" only the MSc is not."""
    if " or any " in printed and _OR_ANY.search(printed):
        return True
    return (
        _any(_NONES, sentence) and _NONE.search(sentence) is not None and not {"phd", "master"} & set(_named(sentence))
    )


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
        if found == [_ANY] and asked:
            found = []
        is_wish = has_wish and _any(_WISH_WORDS, segment)
        if is_wish and not found and latest and _WISH_BEGINS.match(segment):
            asked = [degree for degree in asked if degree not in latest]
            better += latest
        if found:
            latest = found
            (better if is_wish or is_wished else asked).extend(found)
    return asked, better


def _named(segment: str) -> list[str]:
    """The degrees of a segment, the highest first; `_ANY` only where none has a name."""
    found = [degree for degree, signs, pattern in _NAMED if _any(signs, segment) and pattern.search(segment)]
    return [degree for degree in dict.fromkeys(found) if degree != _ANY] or found[:1]


def _fields(sentence: str) -> list[str]:
    return [name for name, signs, pattern in _PATTERNS if _any(signs, sentence) and pattern.search(sentence)]
