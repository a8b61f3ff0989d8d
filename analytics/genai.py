"""Does a posting ask for generative AI, or does it only mention it?

A word anywhere is what other trackers count (`anywhere`); a demand on the applicant is ours (`asked`). The
difference is company talk, benefits, AI policies for applicants, assistants used for coding, and negation.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from analytics.terms import Mention, title_mentions

NONE: dict[str, Any] = {"class": "none", "anywhere": False, "asked": False, "depth": 0, "terms": []}
_ASKED = {
    "required": "role_required",
    "required_any": "role_required",
    "duty": "role_duty",
    "preferred": "role_preferred",
}
_ORDER = (
    "role_required",
    "role_duty",
    "role_preferred",
    "assistant_only",
    "benefit_only",
    "company_only",
    "notice_only",
    "negated",
    "adjacent",
    "none",
)
_ELSEWHERE = {"benefits": "benefit_only", "notice": "notice_only"}


def read_genai(mentions: Iterable[Mention], title: str = "", company: str = "") -> dict[str, Any]:
    """The GenAI reading of a posting: class, anywhere, asked, depth (distinct core terms asked for), terms (core, in
    order).

    `mentions` are those of `find_mentions`, own names included: an employer's own model is company talk. A core
    term in the title is at least a duty. Fine-tuning is that of language models where the employer tells of those.
    """
    found = list(mentions)
    named = [mention for mention in found if mention.genai != "no" or mention.term.genai == "core"]
    titled = [mention for mention in title_mentions(title, company) if mention.genai == "core"]
    if not (named or titled):
        return NONE | {"terms": []}
    classes = {"role_duty"} if titled else set()
    core = []
    for mention in named:
        if mention.genai != "no":
            classes.add(_class(mention))
        if mention.genai == "core" and mention.strength != "negated" and not mention.is_own:
            core.append(mention)
    if "company_only" in classes and any(mention.term.name == "Large language models" for mention in found):
        classes |= {_ASKED[m.strength] for m in found if m.term.name == "Fine-tuning" and m.strength in _ASKED}
    best = min(classes, key=_ORDER.index, default="none")
    asked = {m.term.name for m in core if m.strength in _ASKED} | {m.term.name for m in titled}
    return {
        "class": best,
        "anywhere": bool(titled) or "core" in [mention.term.genai for mention in named],
        "asked": best.startswith("role_"),
        "depth": len(asked),
        "terms": list(dict.fromkeys([m.term.name for m in titled + core])),
    }


def _class(mention: Mention) -> str:
    """What one mention of anything about AI says by itself."""
    if mention.section == "notice" and mention.genai in ("core", "assistant"):
        return "notice_only"
    if mention.strength == "negated":
        return "none" if mention.genai == "adjacent" else "negated"
    if mention.genai == "adjacent":
        return "adjacent"
    if mention.is_own:
        return "company_only" if mention.genai == "core" else "none"
    if mention.genai == "assistant":
        return _ELSEWHERE.get(mention.section, "assistant_only")
    return _ASKED.get(mention.strength) or _ELSEWHERE.get(mention.section, "company_only")
