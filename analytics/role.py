"""What kind of job a title names, and whether it belongs to the machine-learning-engineer market.

A strong title ("MLOps Engineer") decides alone. A weak one is believed only when the body shows the work: "Research
Scientist" or "Data Engineer" by two kinds of evidence (models trained or served, a framework asked for, metrics
watched, generative AI built), "AI Engineer", which says nearly all itself, by any term of machine learning.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple

from analytics.level import FIRST_CJK, MAX_TITLE, TITLES_KEPT, Found, Phrases
from analytics.lexicon import lines, several

EVIDENCE = 2  # kinds of evidence in the body that make a weak title believed
OTHER = {"family": "other", "scope": "out"}

_GENDER = re.compile(
    r"\s*[(\[]\s*(?:[mwfdxhnkvi]\s*[/|,.\-*]\s*){1,3}[mwfdxhnkvi]\s*[)\]]"
    r"|\s*[(\[](?:all genders?|alle geschlechter|gn|any gender|d/f/m|tous genres)[)\]]"
    r"|(?<=\w)[:*·_](?:in(?:nen)?|r|n|e|fe|ne|se|trice|euse|ère)s?\b|(?<=\w)\.e\b"
    r"|(?<=\w)\((?:e|in|a|o|as|os|r|n|ne|se|fe)\)|(?<=\w)/-?in\b|(?<=[^\W\d_]{4})/(?:a|o|e)\b"
    r"|\s+[mwf]/[mwf]/[dx]\b|\s+[hf]/[fh]\b",
    re.I,
)
# the mark that each choice of it has, with a letter that may stand beside it
_GENDER_SIGN = re.compile(
    r"[(\[:*·_./](?:\s*[mwfdxhnkvi]\s*[/|,.*-]|all|gn[)\]]|any g|d/f/m|tous g|"
    r"(?:innen|in|r|n|e|fe|ne|se|trice|euse|ère)s?\b|-in\b|[mwfh]\b|[ao]s?\b)",
    re.I,
)
_ID = re.compile(r"\s*[(\[#-]?\s*\b(?:(?:job|req|requisition)[ -]?(?:id)?[ :#-]{0,2}|JR-?|R-?)\d{3,10}\b[)\]]?", re.I)
_PAY = re.compile(
    r"\s*[-|(,–]?\s*(?:up to\s+)?[$€£]\s?\d[\d.,]{1,9}\s?[kK]?"
    r"(?:\s?[-–]\s?[$€£]?\s?\d[\d.,]{1,9}\s?[kK]?)?[^\s]{0,5}\)?"
)
_MODE = re.compile(
    r"\s*(?:(?P<open>[(\[])|[-|,–—•:])\s*(?:100\s?%\s*|fully\s+|full\s+)?(?:remote|hybrid|on-?site|in-?office|"
    r"home ?office|télétravail(?: total| partiel)?|zdalnie|teletrabajo)"
    r"\b(?:[\s,/-]*(?:only|first|friendly|ok|possible|in|within|based|or|hybrid|remote|onsite|us|usa|uk|eu|"
    r"europe|germany|canada|de|"
    r"emea|latam|worldwide|global|anywhere|u\.s\.)\b){0,4}\s*(?(open)[)\]]?|(?P<close>[)\]])?)",
    re.I,
)
_MODES = ("remote", "hybrid", "site", "office", "télétravail", "zdalnie", "teletrabajo")
_NOISE = re.compile(
    r"^\s*(?:we(?:'re| are) )?(?:hiring|urgent(?:ly)?|now hiring|new|hot|job|wanted|open role)\s*[:!–-]+\s*", re.I
)
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]")
_EDGES = " -–—|,;:/•·"
_BEFORE_PLACE = re.compile(r"(?:[-–—|,(\[@/•]|\bin)\s*$", re.I)
_HYPHEN = re.compile(r"(?<=\w)-(?=engineer|ingenieur|entwickler|developer|manager|architekt|spezialist|experte|team)")
_DIGIT = re.compile(r"\d")
_BLANKS = re.compile(r"\s{2,}")
_AFTER_HEAD = re.compile(r"\s[-–—|:]\s|[,(\[]")
_ASIDE = re.compile(  # "(machine learning a plus)": wished for, so not the job
    r"(?:[(\[,|]|\s[-–—])[^()\[\],|]{0,60}\b(?:an? (?:big |strong |huge )?(?:plus|advantage|asset|bonus)|preferred|"
    r"nice[ -]to[ -]have|desirable|von vorteil|wünschenswert|(?:is )?een (?:pré|pre|plus)|un plus|un atout|deseable|"
    r"valorable|mile widzian[aey]|gradit[oa]|um diferencial|desejável|meriterande)(?!\w)[^()\[\],|]{0,20}(?:[)\]]|$)"
)
_SCREENS = re.compile(r"\b(?:frontend|ui|user interface|web console|react|typescript|ios|android)\b")  # not for whom
_WORKER = re.compile(
    r"\b(?:engineer|scientist|developer|researcher|intern|internship|werkstudent|working student|trainee|"
    r"tech lead|technical lead|data science (?:manager|lead|leader|consultant|specialist|associate|expert)|"
    r"machine learning (?:manager|lead|leader|consultant|specialist|expert|director)|"
    r"(?:director|head|vp|manager|vice president)(?:,| of)? (?:machine learning|data science|computer vision))\b"
)


class Rule(NamedTuple):
    """One line of `lexicon/titles.csv`: one phrase of each group of `has` and none of `no` must be in the title.

    `needs` is what the body must show of a weak title: `hint` any term of machine learning, `1` one kind of evidence,
    `models` two, of which one is models made or run; two kinds where it is empty.
    """

    family: str
    scope: str
    fallback: str
    needs: str
    has: tuple[frozenset[str], ...]
    no: frozenset[str]


def clean_title(title: str, place: str = "") -> str:
    """The title without gender marks, pay, work mode, ids, urgency words and the posting's own place."""
    return _clean(title[:MAX_TITLE], place[:MAX_TITLE])


@lru_cache(maxsize=TITLES_KEPT)
def _clean(title: str, place: str) -> str:
    shown = title.replace("\u00a0", " ")
    shown = shown if shown.isascii() else _EMOJI.sub("", shown)
    shown = _NOISE.sub("", shown)
    if _GENDER_SIGN.search(shown):
        shown = _GENDER.sub("", shown)
    if _DIGIT.search(shown):
        shown = _PAY.sub("", _ID.sub("", shown))
    lowered = shown.casefold()
    if any(mode in lowered for mode in _MODES):
        shown = _MODE.sub(_closed, shown)
    for name in place.replace("|", ";").split(";"):
        shown = _drop_end(shown, name.strip())
        shown = _drop_end(shown, name.partition(",")[0].strip())
    return _single_spaced(shown).strip(_EDGES)


def read_role(title: str, mentions: Iterable[Mapping[str, Any]] = (), has_text: bool = False) -> dict[str, str]:
    """Family and scope (core adjacent out) of a title; `mentions` as from `read_terms` speak for a weak title.

    With no text at all (`has_text` False) a weak title stands for itself when it at least says AI.
    """
    rule = _rule(title[:MAX_TITLE])
    return dict(OTHER) if rule is None else _decided(rule, mentions, has_text)


def normal(title: str) -> str:
    """The title in small English words: abbreviations and words of other languages spelled out."""
    shown = title[:MAX_TITLE]
    shown = _GENDER.sub("", shown) if _GENDER_SIGN.search(shown) else shown
    shown = shown.casefold().replace("\u2019", "'")
    shown = _HYPHEN.sub(" ", shown) if "-" in shown else shown
    phrases, becomes = _words()
    if hits := phrases.found(shown):
        parts, at = [], 0
        for start, end, form in sorted(hits, key=_leftmost_longest):
            if start >= at:
                blank = " " * (form >= FIRST_CJK)
                parts += [shown[at:start], blank, becomes[form], blank]
                at = end
        shown = "".join([*parts, shown[at:]])
    return _single_spaced(shown)


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


def is_hinted(mentions: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a text names anything of machine learning; the bare word AI is in every advertisement."""
    return any(
        mention["strength"] != "negated"
        and mention["term"] != "Artificial intelligence"
        and (mention["genai"] in ("core", "adjacent") or mention["category"] in _ML_CATEGORIES)
        for mention in mentions
    )


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
_ML_CATEGORIES = frozenset(("ml_concept", "ml_framework", "mlops"))
_MADE = frozenset(("models", "operation"))
_RANK = {"adjacent": 1, "core": 2}
_ADJACENT = frozenset(("data_scientist", "data_engineer_ml", "software_engineer_ai"))


@lru_cache(maxsize=TITLES_KEPT)
def _rule(title: str) -> Rule | None:
    """The rule of a title, or of its head where what follows ("..., Customer Support") only says for whom."""
    shown = _ASIDE.sub("", normal(title))
    hits = _rules()[0].found(shown)
    rule = _first({form for _, _, form in hits})
    if rule is not None and rule.scope not in ("out", "adjacent"):
        return rule
    for cut in _AFTER_HEAD.finditer(shown):
        end = cut.start()
        if not _WORKER.search(shown, 0, end) or _SCREENS.search(shown, end):
            continue
        own = _first({form for _, last, form in hits if last <= end})
        if own is not None and _rank(own) > _rank(rule):
            return own
    return rule


def _rank(rule: Rule | None) -> int:
    return 0 if rule is None else _RANK.get(rule.fallback or rule.scope, 0)


def _first(said: set[str]) -> Rule | None:
    """The first rule for a title in which these phrases stand."""
    _, rules, begun = _rules()
    for at in sorted({at for form in said for at in begun.get(form, ())}):
        rule = rules[at]
        if rule.no.isdisjoint(said) and not any(map(said.isdisjoint, rule.has)):
            return rule
    return None


def _decided(rule: Rule, mentions: Iterable[Mapping[str, Any]], has_text: bool) -> dict[str, str]:
    if rule.scope != "weak":
        return {"family": rule.family, "scope": rule.scope}
    is_believed = _is_shown(rule.needs, mentions) if has_text else rule.fallback != "out"
    if is_believed:
        return {"family": rule.family, "scope": "adjacent" if rule.family in _ADJACENT else "core"}
    if rule.fallback == "out":
        return dict(OTHER)
    # who writes software beside research or models, and does none of it, is a software engineer
    is_software = rule.family == "research_engineer" or rule.needs == "models"
    family = "software_engineer_ai" if is_software else rule.family
    return {"family": family, "scope": rule.fallback}


def _is_shown(needs: str, mentions: Iterable[Mapping[str, Any]]) -> bool:
    """Whether the body shows what a weak title needs."""
    if needs == "hint":
        return is_hinted(mentions)
    told = tuple(mentions)
    kinds = evidence(told)
    if needs == "models":
        # who is asked for a framework makes the models that the text names, whosever it says they are
        is_made = "framework" in kinds and any(m["term"] in _MODEL_WORK and m["strength"] != "negated" for m in told)
        return is_made or (len(kinds) >= EVIDENCE and not kinds.isdisjoint(_MADE))
    return len(kinds) >= (1 if needs == "1" else EVIDENCE)


def _closed(mode: re.Match[str]) -> str:
    """What stays of a work mode: a bracket that closes one opened before it, a blank where a word follows."""
    rest = mode.string[mode.end() :]
    return f"{mode['close'] or ''} " if mode["close"] or rest[:1].isalnum() or rest[:1] == "(" else ""


def _drop_end(title: str, name: str) -> str:
    """The title without `name` at its end, where a comma, a dash, a bracket or "in" stands before it."""
    end = title.rstrip().rstrip(")]").rstrip()
    if len(name) < 3 or not end.casefold().endswith(name.casefold()):
        return title
    before = _BEFORE_PLACE.search(end[: len(end) - len(name)])
    return title[: before.start()] if before else title


def _single_spaced(text: str) -> str:
    """The text with one blank for several; those of other kinds than " " are not printable."""
    return _BLANKS.sub(" ", text) if "  " in text or not text.isprintable() else text


def _leftmost_longest(hit: Found) -> tuple[int, int]:
    return hit[0], -hit[1]


@cache
def _rules() -> tuple[Phrases, tuple[Rule, ...], dict[str, list[int]]]:
    """All phrases, the rules in order, and by phrase the rules one group of which it satisfies."""
    rules = tuple(
        Rule(
            row["family"],
            row["scope"],
            row["fallback"],
            row["needs"],
            tuple(frozenset(several(group)) for group in row["has"].split("+")),
            frozenset(several(row["not"])),
        )
        for row in lines("titles")
    )
    begun: dict[str, list[int]] = {}
    uses = Counter(form for rule in rules for group in rule.has for form in group)
    for at, rule in enumerate(rules):
        # by its rarest group, or "engineer" would call up half of the rules
        for form in min(rule.has, key=lambda group: max(uses[form] for form in group)):
            begun.setdefault(form, []).append(at)
    return Phrases(form for rule in rules for group in (*rule.has, rule.no) for form in group), rules, begun


@cache
def _words() -> tuple[Phrases, dict[str, str]]:
    becomes = {row["form"]: row["becomes"] for row in lines("title_words")}
    return Phrases(becomes), becomes
