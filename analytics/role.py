"""What kind of job a title names, and whether it belongs to the machine-learning-engineer market.

A strong title ("MLOps Engineer") decides alone. A weak one ("AI Engineer", "Research Scientist") is believed only
when the body shows the work: models trained or served, a framework asked for, metrics watched, or generative AI
built.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from analytics.lexicon import lines, several

MAX_TITLE = 300
EVIDENCE = 2  # kinds of evidence in the body that make a weak title a core one
OTHER = {"family": "other", "scope": "out"}

_GENDER = re.compile(
    r"\s*[(\[]\s*(?:[mwfdxhn]\s*[/|,.\-*]\s*){1,3}[mwfdxhn]\s*[)\]]"
    r"|\s*[(\[](?:all genders?|alle geschlechter|gn|any gender|d/f/m|tous genres)[)\]]"
    r"|(?<=\w)[:*·_]in(?:nen)?\b|(?<=\w)[·.]e\b|(?<=\w)\(e\)|(?<=\w)\(in\)|(?<=\w)/-?in\b|"
    r"\s+[mwf]/[mwf]/[dx]\b|\s+[hf]/[fh]\b",
    re.I,
)
_ID = re.compile(r"\s*[(\[#-]?\s*\b(?:(?:job|req|requisition)[ -]?(?:id)?[ :#-]{0,2}|JR-?|R-?)\d{3,10}\b[)\]]?", re.I)
_PAY = re.compile(
    r"\s*[-|(,–]?\s*(?:up to\s+)?[$€£]\s?\d[\d.,]{1,9}\s?[kK]?"
    r"(?:\s?[-–]\s?[$€£]?\s?\d[\d.,]{1,9}\s?[kK]?)?[^\s]{0,5}\)?"
)
_MODE = re.compile(
    r"\s*[-|(\[,–—•:]\s*(?:100\s?%\s*|fully\s+|full\s+)?(?:remote|hybrid|on-?site|in-?office|home ?office|"
    r"télétravail|zdalnie|teletrabajo)"
    r"\b(?:[\s,/-]*(?:only|first|friendly|ok|possible|in|within|based|or|hybrid|remote|onsite|us|usa|uk|eu|"
    r"europe|germany|canada|"
    r"emea|latam|worldwide|global|anywhere|u\.s\.)\b){0,4}\s*[)\]]?",
    re.I,
)
_NOISE = re.compile(
    r"^\s*(?:we(?:'re| are) )?(?:hiring|urgent(?:ly)?|now hiring|new|hot|job|wanted|open role)\s*[:!–-]+\s*", re.I
)
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]")
_EDGES = " -–—|,;:/•·"


class Rule(NamedTuple):
    """One line of `lexicon/titles.csv`: all of `has` and none of `no` must be in the title."""

    family: str
    scope: str
    fallback: str
    has: tuple[re.Pattern[str], ...]
    no: re.Pattern[str] | None


def clean_title(title: str, place: str = "") -> str:
    """The title without gender marks, pay, work mode, ids, urgency words and the posting's own place."""
    shown = _EMOJI.sub("", title[:MAX_TITLE].replace("\u00a0", " "))
    for pattern in (_NOISE, _GENDER, _ID, _PAY, _MODE):
        shown = pattern.sub("", shown)
    for name in re.split(r"[;|]", place[:MAX_TITLE]):
        if len(name.strip()) > 2:
            shown = _drop_end(shown, name.strip())
            shown = _drop_end(shown, name.split(",")[0].strip())
    return re.sub(r"\s{2,}", " ", shown).strip(_EDGES)


def read_role(title: str, mentions: Iterable[Mapping[str, Any]] = (), has_text: bool = False) -> dict[str, str]:
    """Family and scope (core adjacent out) of a title; `mentions` as from `read_terms` speak for a weak title.

    With no text at all (`has_text` False) a weak title stands for itself when it at least says AI.
    """
    shown = normal(title)
    for rule in _rules():
        if (rule.no is None or not rule.no.search(shown)) and all(part.search(shown) for part in rule.has):
            return _decided(rule, mentions, has_text)
    return dict(OTHER)


def normal(title: str) -> str:
    """The title in small English words: abbreviations and German, French, Polish and Spanish words spelled out."""
    shown = _GENDER.sub("", title[:MAX_TITLE]).casefold().replace("\u2019", "'")
    shown = re.sub(
        r"(?<=\w)-(?=(?:engineer|ingenieur|entwickler|developer|manager|architekt|spezialist|experte|team)\w*)",
        " ",
        shown,
    )
    words = _words()
    return words[0].sub(lambda found: words[1][found[0]], shown)


def evidence(mentions: Iterable[Mapping[str, Any]]) -> set[str]:
    """Which kinds of machine-learning work a text shows: models, framework, operation, genai."""
    shown: set[str] = set()
    for mention in mentions:
        if mention["strength"] in ("none", "negated"):
            continue
        if mention["term"] in _MODEL_WORK or mention["category"] == "llm_tuning":
            shown.add("models")
        if mention["category"] == "ml_framework":
            shown.add("framework")
        if (
            mention["category"] in ("mlops", "monitoring")
            and mention["capability"] in _OPERATION
            and mention["term"] in _ML_OPERATION
        ):
            shown.add("operation")
        if mention["genai"] == "core":
            shown.add("genai" if "genai" not in shown else "genai_deep")
    return shown


_MODEL_WORK = frozenset(
    (
        "Model training",
        "Model serving",
        "Deep learning",
        "Machine learning",
        "Neural networks",
        "Reinforcement learning",
        "Fine-tuning",
        "Distributed training",
        "Computer vision",
        "NLP",
        "Feature engineering",
        "Model evaluation",
        "Predictive modeling",
        "Recommender systems",
        "Pre-training",
        "Post-training",
        "LLM inference",
    )
)
_OPERATION = frozenset(("mlops_deployment", "monitoring_reliability"))
_ML_OPERATION = frozenset(
    (
        "MLOps",
        "Model monitoring",
        "Data drift",
        "Model serving",
        "Production deployment",
        "ML pipelines",
        "Experiment tracking",
        "MLflow",
        "Kubeflow",
        "Model lifecycle management",
        "Model registry",
        "ML infrastructure",
        "Retraining",
    )
)


def _decided(rule: Rule, mentions: Iterable[Mapping[str, Any]], has_text: bool) -> dict[str, str]:
    if rule.scope != "weak":
        return {"family": rule.family, "scope": rule.scope}
    believed = len(evidence(mentions)) >= EVIDENCE if has_text else rule.fallback != "out"
    if believed:
        return {"family": rule.family, "scope": "core"}
    return dict(OTHER) if rule.fallback == "out" else {"family": rule.family, "scope": rule.fallback}


def _drop_end(title: str, name: str) -> str:
    if len(name) < 3:
        return title
    return re.sub(rf"\s*(?:[-–—|,(\[@/•]|\bin\b)\s*{re.escape(name)}\b\s*[)\]]?\s*$", "", title, flags=re.I)


@cache
def _rules() -> tuple[Rule, ...]:
    return tuple(
        Rule(
            row["family"],
            row["scope"],
            row["fallback"],
            tuple(_any_of(group) for group in row["has"].split("+")),
            _any_of(row["not"]) if row["not"] else None,
        )
        for row in lines("titles")
    )


def _any_of(cell: str) -> re.Pattern[str]:
    """A pattern for any of the phrases of a cell, whole words; a phrase that ends in `*` also begins longer words."""
    phrases = (
        re.escape(phrase[:-1]) + r"\w*" if phrase.endswith("*") else re.escape(phrase) + r"(?!\w)"
        for phrase in several(cell)
    )
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})")


@cache
def _words() -> tuple[re.Pattern[str], dict[str, str]]:
    becomes = {row["form"]: row["becomes"] for row in lines("title_words")}
    forms = "|".join(re.escape(form) for form in sorted(becomes, key=len, reverse=True))
    return re.compile(rf"(?<![\w])(?:{forms})(?!\w)"), becomes
