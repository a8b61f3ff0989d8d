"""Schooling a posting asks for: the least degree that is enough, the one it would rather see, subjects, and whether
experience may stand in its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from analytics.scan import Scan, scan
from analytics.terms import Section

LADDER = ("none", "bachelor", "master", "phd")
NOTHING: dict[str, Any] = {"least": None, "preferred": None, "fields": [], "equivalent_ok": False}

_DEGREES = (
    (
        "phd",
        re.compile(
            r"\bph\.? ?d\b\.?|\bdoctora(?:te|l|t)\b|\bd\.?phil\b|\bdoctor of\b|\bpromotion (?:in|im|"
            r"abgeschlossen)|\bpromoviert|\bdoktorat",
            re.I,
        ),
    ),
    (
        "master",
        re.compile(
            r"\bmaster(?:['’]?s)?(?:['’])?(?: degree| of | in |abschluss|studium|[ /,](?:or|and|und|oder)?|"
            r"-abschluss|\b)|\bm\.?sc\b|\bm\.?tech\b|\bm\.?eng\b|\bdiplom\b|\bbac ?\+ ?5\b|"
            r"\badvanced degree|\bgraduate degree|\bpostgraduate|\bécole d'ingénieur|\bmagister",
            re.I,
        ),
    ),
    ("master", re.compile(r"\bM\.?S\.?(?= (?:in|degree|or|and|/)|/|, (?:or )?Ph|\b(?=[^.\n]{0,12}Ph))|\bMA in\b")),
    (
        "bachelor",
        re.compile(
            r"\bbachelor(?:['’]?s)?|\bb\.?sc\b|\bb\.?tech\b|\bb\.?eng\b|\bundergraduate degree|\bbac ?\+ ?3\b|"
            r"\bcollege degree|\buniversity degree|\b4[- ]year degree|"
            r"\bhochschulabschluss|\babgeschlossenes studium|\bstudium (?:der|in|im)|\bhochschulstudium|"
            r"\blicence (?:en|in) |\bwyższe wykształcenie|\bwykształcenie wyższe|\bdegree in\b",
            re.I,
        ),
    ),
    ("bachelor", re.compile(r"\bB\.?[SA]\.?(?= (?:in|degree|or|and|/)|/|, (?:M|or))|\bB\.E\.")),
)
_TRAP = re.compile(
    r"\b(?:no|without an?|(?:not|n't|n’t) (?:require|need) an?) (?:ph\.? ?d|master|bachelor|doctorate)[^.\n;,]{0,30}|"
    r"scrum ?master|master ?data|master (?:services?|agreement|plan|class|of ceremon)|quiz ?master|"
    r"web ?master|degrees? of (?:freedom|autonomy|ambiguity|ownership|"
    r"independence|difficulty|flexibility)|high degree|360[- ]degree|(?:team|founders?|colleagues?|engineers|"
    r"researchers|alumni) (?:of|with|includes?|are|have)[^.\n]{0,30}ph\.?ds?|"
    r"ph\.?ds from|(?:supervis|mentor)\w* (?:ph\.?d|master)|master (?:the|our|new|your)|to master\b|"
    r"master's? (?:thesis|student)|promotion(?:s)? (?:and|cycle|opportunit)",
    re.I,
)
_PREFERRED = re.compile(
    r"prefer|a plus|is plus|bonus|ideal|nice to have|desir|advantage|asset|von vorteil|wünschenswert|souhait|"
    r"atout|mile widzian",
    re.I,
)
_EQUIVALENT = re.compile(
    r"\bor (?:an? )?(?:equivalent|comparable|similar|related|relevant)(?:[ ,a-z]{0,40})(?:experience|"
    r"background|work|skills|knowledge|qualification|training)|"
    r"equivalent (?:practical |work |professional |industry |combination |hands-on |"
    r"real-world )*(?:experience|background)|equivalent combination|in lieu of|or equivalent\b|"
    r"oder (?:eine )?(?:vergleichbare|gleichwertige|ähnliche)|vergleichbare (?:qualifikation|ausbildung|"
    r"erfahrung)|ou (?:expérience )?équivalent|lub równoważn|degree or (?:\w+ ){0,3}experience",
    re.I,
)
_NONE = re.compile(
    r"no (?:formal )?degree (?:is )?(?:required|needed|necessary)|degree (?:is )?not (?:required|necessary)|"
    r"(?:don't|do not|doesn't|does not) (?:\w+ )?(?:care|require|need|insist)[^.\n]{0,20}degree|"
    r"(?:kein|ohne) studium|aucun diplôme|without a degree",
    re.I,
)
_FIELDS = (
    (
        "Computer science",
        re.compile(
            r"computer science|computer engineering|informatik|informatique|informatyk|\bCS\b(?=[ ,/)]|$)|"
            r"computing science",
            re.I,
        ),
    ),
    ("Mathematics", re.compile(r"mathemati(?:cs|k|que)|\bmaths?\b|applied math|matematyk", re.I)),
    ("Statistics", re.compile(r"\bstatisti(?:cs|k|que)\b|statystyk", re.I)),
    ("Physics", re.compile(r"\bphysi(?:cs|k|que)\b|fizyk", re.I)),
    ("Electrical engineering", re.compile(r"electrical engineering|elektrotechnik|\bEE\b", re.I)),
    (
        "Engineering",
        re.compile(r"(?<!electrical )(?<!computer )(?<!software )\bengineering\b|ingenieurwesen|ingénierie", re.I),
    ),
    ("Machine learning", re.compile(r"machine learning|artificial intelligence|\bAI\b|\bML\b", re.I)),
    ("Data science", re.compile(r"data science|datenwissenschaft", re.I)),
    ("Linguistics", re.compile(r"linguisti", re.I)),
    ("Economics", re.compile(r"\beconomics|econometrics", re.I)),
)
_SENTENCE = re.compile(r"[^\n•;]{1,600}")


def read_education(text: str | Scan, spans: Iterable[Section] = ()) -> dict[str, Any]:
    """least (none bachelor master phd or None), preferred, fields, equivalent_ok; from sentences that name a degree
    outside the company, benefit and notice sections.
    """
    scanned = scan(text)
    silent = [(span.start, span.end) for span in spans if span.name in ("company", "benefits", "notice")]
    wished = [(span.start, span.end) for span in spans if span.name == "preferred"]
    least: list[str] = ["none"] if _NONE.search(scanned.lines_with("education")) else []
    preferred: list[str] = []
    fields: list[str] = []
    is_equivalent = False
    lines = scanned.line_bounds("education")
    for sentence in (part for start, end in lines for part in _SENTENCE.finditer(scanned.text, start, end)):
        if _within(sentence.start(), silent):
            continue
        clean = _TRAP.sub(" ", sentence[0])
        asked, better = _degrees(clean, _within(sentence.start(), wished))
        if asked or better:
            least += asked
            preferred += better
            is_equivalent = is_equivalent or _EQUIVALENT.search(clean) is not None
            fields += [name for name, pattern in _FIELDS if pattern.search(clean)]
    return {
        "least": min(least, key=LADDER.index, default=None),
        "preferred": max(preferred, key=LADDER.index, default=None),
        "fields": list(dict.fromkeys(fields)),
        "equivalent_ok": is_equivalent,
    }


def read_certifications(mentions: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Certificates among the mentions of a text: dicts with name and strength."""
    return [
        {"name": m["term"], "strength": m["strength"]}
        for m in mentions
        if m["category"] == "certification" and m["strength"] not in ("none", "negated")
    ]


def _within(at: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= at < end for start, end in spans)


def _degrees(sentence: str, is_wished: bool) -> tuple[list[str], list[str]]:
    """Degrees asked for and degrees preferred in one sentence: of "BS required, MS preferred" one each."""
    asked: list[str] = []
    better: list[str] = []
    for part in re.split(r"(?<=[a-z)])[.](?=\s)", sentence):
        found = [(match.start(), degree) for degree, pattern in _DEGREES for match in pattern.finditer(part)]
        wish = _PREFERRED.search(part)
        if is_wished:
            better += [degree for _, degree in found]
        elif wish is None:
            asked += [degree for _, degree in found]
        else:
            _split(part, sorted(found), wish, asked, better)
    return asked, better


def _split(part: str, found: list[tuple[int, str]], wish: re.Match[str], asked: list[str], better: list[str]) -> None:
    """Shares the degrees of a sentence with a wish in it: those between the last break before the wish and its clause
    end.
    """
    breaks = [m.end() for m in re.finditer(r"[,;(]|\b(?:but|with|and|required)\b", part[: wish.start()])]
    before = [at for at, _ in found if at < wish.start()]
    start = max([at for at in breaks if any(place >= at for place in before)], default=0) if len(found) > 1 else 0
    for at, degree in found:
        (better if at >= start else asked).append(degree)
