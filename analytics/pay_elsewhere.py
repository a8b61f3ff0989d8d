"""Pay of another advert than this one, and pay that a product handles or a customer saves."""

from __future__ import annotations

import re

from analytics.pay_context import Context
from analytics.pay_words import has_any

_ADVERT = r"(?:postings?|requisitions?|req(?:\b|s\b)|adverts?|ads?\b|listings?|vacanc(?:y|ies)|openings?|campaigns?)"
# "(...) are listed separately", "(...) have their own posting", "(...)? See requisition 88": the jobs before it
_LISTED_APART = re.compile(
    r"(?:(?!\b(?:bonus|benefit|equity|commission|allowance|relocation|stipend|details)|[;\n]|\.\s)[^\n]){0,70}\b(?:"
    r"(?:is|are|being|also|was|were) (?:now |both |currently )?(?:listed|posted|advertised|recruited|hired|filled"
    r"|handled)\b[^.;\n]{0,15}\b"
    rf"(?:separately|apart|elsewhere|(?:under|in|on|through|by) (?:an?|the|our|its|their|different|separate|another)\b)"
    rf"|ha(?:s|ve) (?:its|their|an?) (?:own|separate|different) {_ADVERT}"
    rf"|see (?:the |our )?(?:other |separate |own )?(?:requisition|req\b|job id|job #|posting|advert|vacancy)"
    rf"|(?:under|in|on) (?:an?|its|their) (?:own|separate|different|other) {_ADVERT}"
    r"|(?:gesondert|separat|getrennt|extra) ausgeschrieben"
    r"|(?:fait|font) l['’]objet d['’]une (?:autre )?(?:annonce|offre)"
    r"|se (?:publica|publican|anuncia|anuncian) (?:aparte|por separado)|(?:staat|staan) (?:apart|elders) open)",
    re.I,
)
_OTHER_JOBS = (
    r"(?:more|other|further|similar|related|recommended|additional) "
    r"(?:(?:live|current|open|available|ml|ai|data|tech)\s){0,2}(?:jobs|roles|positions|vacancies|contracts|openings|opportunities|assignments|requirements)"
)
_APART_PIECES = (
    "separate", "elsewhere", "apart", "posted", "listed", "advertised", "posting", "see ", "own ", "ausgeschrieben",
    "annonce", "offre", "aparte", "recruited", "filled", "handled", "hired",
)  # fmt: skip
_ANOTHER_ADVERT = re.compile(
    rf"\b(?:an?other|a (?:separate|different)|our other|a sister|a parallel|related|similar|sister) {_ADVERT}"
    r"|\b(?:we(?:['’]re| are)? )?also (?:hiring|recruiting|advertising)\b(?! (?:for )?(?:this|the same|in\b))"
    r"|\byou (?:might|may) also (?:like|be interested)|(?:^|[.!?|•·]\s{1,3})"
    rf"\W{{0,4}}{_OTHER_JOBS}\b(?: (?:at|from|with|in|near|like|you|we|i|on|live|open|currently|now|also|available)\b"
    r"[^.:;\n$€£]{0,40})?\s?[:–—-]"
    r"|\balso (?:looking for|seeking|searching for|recruiting for|working on|after)"
    r"(?::| an? (?!candidate|person|someone))"
    r"|\b(?:weitere|ähnliche) (?:stellen|jobs)|\bwir suchen auch\b|\b(?:offres|postes) similaires|\bempleos similares"
    r"|\bautres (?:offres|postes)"
    r"|\bsoortgelijke vacatures|\bvergelijkbare vacatures|\bpodobne oferty|\bofferte simili|\bvagas semelhantes"
    r"|\bliknande jobb",
    re.I,
)
_ANOTHER_PIECES = (
    "another", "separate", "differe", "other", "sister", "parallel", "related", "similar", "also", "more ", "further",
    "recommended", "weitere", "ähnliche", "autres", "soortgel", "vergelijk", "podobne", "simili", "semelhantes",
    "liknande",
)  # fmt: skip
_JOBS_HEADING = re.compile(
    rf"^\W{{0,4}}{_OTHER_JOBS} (?:we|i|on|live|open|currently|now|available)\b[^\n.:]{{0,40}}:$"
    r"|^\W{0,4}(?:(?:similar|related|other|more|recommended|suggested|featured|latest) (?:jobs|roles|positions"
    r"|vacancies|openings|opportunities)|(?:people|candidates) also (?:viewed|searched|applied)"
    r"|you (?:might|may) also like|jobs you (?:might|may) like|also hiring"
    r"|(?:weitere|ähnliche) (?:stellen\w{0,10}|jobs)"
    r"|(?:offres|postes) similaires|(?:empleos|ofertas) similares|(?:soortgelijke|vergelijkbare) vacatures"
    r"|podobne oferty|offerte simili|vagas semelhantes|liknande jobb)\b[^\n.]{0,40}$",
    re.I | re.M,
)
_JOBS_WORDS = (
    "imilar", "elated ", "ther ", "ore ", "ecommended", "uggested", "eatured", "atest", "also", "jobs you", "eitere",
    "hnliche", "gelijk", "odobne", "simili", "emelhantes", "iknande", "Jobs you",
)  # fmt: skip
_HEADING_CHARS = 1_500
# What a program does with pay: "our app lists shifts paying", "a model that sets wages"
_PRODUCT = (
    r"\b(?:apps?|platforms?|marketplace|site|website|board|tools?|models?|algorithms?|software|engine|product|calculator"
    r"|bot|agents?|system|database|dataset|index)\b"
)
_HANDLES = re.compile(
    rf"{_PRODUCT}[^.;:\n]{{0,40}}\b(?:jobs|shifts|gigs|roles|positions|vacancies|work|temps?)\b[^.;:\n]{{0,12}}\b"
    r"(?:paying|that pay|which pay|worth|with (?:\w{2,12} ){0,2}(?:salar|pay|wage|rate))"
    rf"|{_PRODUCT} [^.;:\n]{{0,12}}\b(?:help|match|connect|find|list|show|fill|book)\w{{0,4}}\b[^.;:\n]{{0,30}}"
    r"\b(?:jobs|shifts|gigs|work) (?:at|for|from)\b"
    rf"|{_PRODUCT} (?:that |which |to |will |can |and )?(?:sets?|predicts?|estimates?|computes?|benchmarks?|suggests?"
    r"|recommends?|calculates?|forecasts?|negotiates?|optimi[sz]es?|tracks?|compares?)\b[^.;:\n]{0,30}"
    r"\b(?:wages?|salar(?:y|ies)|pay|payroll|rates|compensation|earnings)\b"
    r"|\b(?:bidders?|tenderers?|suppliers?|vendors?|winners?|finalists?)\b[^.;:\n]{0,20}"
    r"\b(?:paid|receives?|gets?|earns?)\b",
    re.I,
)
_DOERS = (
    "app", "platform", "marketplace", "site", "board", "tool", "model", "algorithm", "software", "engine", "product",
    "calculator", "bot", "agent", "system", "database", "dataset", "index", "bidder", "tenderer", "supplier", "vendor",
    "winner", "finalist",
)  # fmt: skip
_HANDLED_PIECES = (
    "shifts", "gigs", " jobs", " work", "bidder", "tenderer", "supplier", "vendor", "winner", "finalist", "paying",
    " pay", "wage", "salar", "worth",
    "rates", "compensation", "earnings",
)  # fmt: skip
# "saves a clinic $90,000 a year in wages", "recovered $75,000 in compensation"
_GAINED = re.compile(
    r"\b(?:sav(?:e|es|ed|ing)|recover(?:s|ed|ing)?|costs?(?! to company)|costing|spends?|spent|spending|cuts?|cutting"
    r"|won|secured|wins|owed|owes?|lost|loses?|unpaid|stolen|distribut\w{1,4}|disburs\w{1,4}|replac\w{1,4}|award(?:s|ed)"
    r"|settl\w{1,4}|claim(?:s|ed))\b[^.;:\n]{0,40}$",
    re.I,
)
_IN_WAGES = re.compile(
    r"[^.;:\n\d]{0,24}\b(?:in|of) (?:[\w-]{2,14} ){0,3}(?:wages|salar(?:y|ies)|compensation|pay|payroll)\b", re.I
)
# "60% ... up to $100,000 of annual salary", "the first £20,000 of your pay": a part of what is earned elsewhere
_PART = re.compile(
    r"\s?of (?:your |their |the )?(?:annual |eligible |pensionable |covered |insurable )+"
    r"(?:salary|pay|earnings)"
)
_OF_STAFF = re.compile(
    r"\b(?:median|average|mean)\b[^.;:\n]{0,45}\b(?:of|for|across|in|among|on) "
    r"(?:all |the )?our (?:\w{2,12} )?(?:team|staff"
    r"|people|employees|workforce|engineers|scientists|company|firm|members|colleagues|headcount)\b",
    re.I,
)


def is_elsewhere(here: Context, is_range: bool) -> bool:
    """Whether the amount is the pay of another advert, or what a product, a customer or the whole staff has."""
    rest = here.rest.lower()
    if has_any(rest, _APART_PIECES) and _LISTED_APART.match(rest):
        return True
    told = here.sentence.lower()
    if has_any(told, _ANOTHER_PIECES) and _ANOTHER_ADVERT.search(told):
        return True
    if _is_handled(told):
        return True
    if _IN_WAGES.match(here.after) and _GAINED.search(told[-70:]):
        return True
    if ("median" in told or "average" in told or "mean" in told) and _OF_STAFF.search(told):
        return True
    return not is_range and _PART.match(here.after) is not None


def _is_handled(told: str) -> bool:
    is_near = has_any(told, _DOERS) and has_any(told, _HANDLED_PIECES)
    return is_near and _HANDLES.search(told) is not None


def is_jobs_heading(line: str) -> bool:
    """Whether a line begins a list of other jobs: "Other opportunities:"."""
    return has_any(line, _JOBS_WORDS) and _JOBS_HEADING.search(line) is not None


def is_under_other_jobs(text: str, start: int) -> bool:
    """Whether a line not far above begins a list of other jobs: "Similar jobs"."""
    return is_jobs_heading(text[max(0, start - _HEADING_CHARS) : start])
