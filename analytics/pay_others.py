"""Pay that is not this job's: of the market, of users and graduates, of another level, of a guide to a career."""

from __future__ import annotations

import re

from analytics.pay_context import Context
from analytics.pay_money import Money
from analytics.pay_words import has_any

_JOB_LIST = re.compile(
    r"\b(?:browse|explore|search|showing|view|see|apply to)\b[^.\n]{0,12}\d[^.\n]{0,60}\b(?:jobs|openings|positions"
    r"|vacancies)\b",
    re.I,
)
_JOBS = (
    r"(?:jobs|openings|vacancies|positions|vacatures|stellenangebote|stellen|offres|emplois|ofertas|empleos|vagas"
    r"|oferty)"
)
# "ML engineer vacatures (57)", "57 Stellenangebote", "213 ML jobs in Ohio": the head of a page of results.
_RESULTS = re.compile(
    rf"^[^.\n]{{0,60}}\b{_JOBS}\b[^.\n\d]{{0,30}}\(\d[\d,.]{{0,6}}\+?\)"
    rf"|^\W{{0,3}}(?!\d\. )\d[\d,.]{{0,6}}\+? [^.\n]{{0,50}}\b{_JOBS}\b",
    re.I | re.M,
)
_CAREER = re.compile(
    r"^\W{0,4}(?:career (?:path|outlook|ladder|progression)|job (?:outlook|market)|what (?:does|do"
    r"|is) an? [^\n]{3,60}"
    r"|how to become [^\n]{3,60}|education and certificat\w{1,4}|related (?:careers|jobs|occupations)"
    r"|(?:typical|average|median) (?:salary|pay)(?: range)?|demand|a day in the life[^\n]{0,40}|skills employers want"
    r"|who (?:hires|employs)[^\n]{0,40})\s*[:?]?\s*(?:\n|$|\|)",
    re.I | re.M,
)
_CAREER_HINTS = ("areer ", "utlook", "ow to become", "hat does a", "hat is a")  # the pattern is slow
_MANY_HEADINGS = 3
# A page about pay itself: "How much does a data scientist make?", "Was verdient ein Informatiker?".
_GUIDE = re.compile(
    r"\b(?:how much (?:does|do|can) [^\n]{3,60} (?:make|earn|get paid)"
    r"|salary (?:guide|survey|report|benchmarks?|by city)|salaries (?:in|for) [^\n]{2,40} 20\d\d"
    r"|gehalts(?:vergleich|report|spiegel|rechner|atlas)|was verdien(?:t|en)|combien gagne|cuánto gana"
    r"|quanto guadagna|quanto ganha|hoeveel verdient|ile zarabia|guide des salaires|guía salarial|salarisgids)",
    re.I,
)
_MARKET = re.compile(
    r"\b(?:(?<!on )averag(?:e[ds]?|ing)|median|durchschnitt\w*|im schnitt|en promedio|in media|em média"
    r"|sueldo medio|salario medio|stipendio medio|salário médio"
    r"|salaire moyen|verdient ein\w{0,2}|un[ae]? [^.;:€$£\d]{2,30} (?:gagne|gana|guadagna)|usually (?:paid"
    r"|pays?)|en moyenne|moyenne?|gemiddeld|średni\w*"
    r"|(?<!our )(?:engineers?|scientists?|developers|professionals|people|analysts|specialists)\b[^.;:$€£\d]{0,40} "
    r"(?:earns?|makes?|expect)|typical (?:\w+ )?(?:salary|pay|compensation) (?:for|of) an?"
    r"|(?:similar|comparable|equivalent) (?:roles?|jobs?|positions?)\b[^.;]{0,40} (?:pays?|paid|earns?|makes?"
    r"|command)|market pays|(?:this|the) (?:occupation|profession|career)|entry-level salaries|seniors make"
    r"|asks? for an? minimum"
    r"|(?:visa|exempt|exemption|permit|blue card)\b[^.;]{0,30} (?:needs?|requires?|requiring|asks?)"
    r"|(?:glassdoor|levels\.fyi|kununu) \w+|(?:according to|source:|data from|per)[^.;]{0,20}"
    r" (?:glassdoor|levels\.fyi|kununu|payscale|salary\.com|indeed|linkedin|bls|bureau))\b",
    re.I,
)
_MARKET_PIECES = (
    "averag", "median", "durchschnitt", "moyen", "gemiddeld", "średni", "earn", "make", "ask", "requir", "need",
    "expect", "typical", "glassdoor", "levels.fyi", "payscale", "salary.com", "indeed", "linkedin", "bls", "bureau",
    "kununu", "schnitt", "promedio", "media", "média", "medi", "gagne", "gana", "guadagna", "paid",
    "pay", "simila", "comparable", "equivalent", "verdient", "market", "occupation", "profession", "career", "-level",
)  # fmt: skip
_AFTER_MARKET = re.compile(r"[^.;\n]{0,25}\b(?:on average|average|median|im schnitt|en moyenne)\b", re.I)
_THIS_JOB = re.compile(r"\b(?:this|the) (?:role|position|job|level)|\bour\b|\byou\b", re.I)
# "What we pay. (...) Staff engineers earn $168,000" tells of those who work here
_THEIR_GAIN = re.compile(r"\b(?:earns?|makes?|expect)$", re.I)
_WE_PAY = re.compile(
    r"\b(?:we|our|us)\b[^.;]{0,50}\b(?:pay|paid|salar(?:y|ies)|negotiat\w{1,3}|compensat\w{1,4}|bands?|levels?)\b", re.I
)
_FEW_CHARS = 20
# Who is no employee here: those a firm serves, has taught or writes of.
_THEM = (
    r"(?:graduates|alumni|members|users|drivers|customers|clients|creators|sellers|hosts|freelancers|learners|readers"
    r"|merchants|farmers|nurses|teachers|tutors|couriers|riders|landlords|tradespeople|artists|artisans|doctors"
    r"|patients"
    r"|families|households|merchants|carers|caregivers|workers|suppliers|peers|competitors|players|streamers|authors"
    r"|drivers|shoppers|cleaners|students who"
    r"|colleagues?|absolventen|kunden|nutzer|fahrer|diplômés|clients|utilisateurs|usuarios)"
)
_GAIN = (
    r"(?:earn|earns|earned|earning|make|makes|made|charge|charges|get paid|are paid|were paid|is paid|take home"
    r"|receive"
    r"|received|gross|(?:have|with) (?:household )?(?:salaries|wages|earnings)|verdienen|gagnent|ganan)"
)
_THEY_GAIN = re.compile(
    rf"(?:\b{_THEM}\b|\b[a-z]{{3,20}}s (?:on|in|using|who use|with|across) (?:our|the|its) (?:[a-z]{{2,12}} )?"
    r"(?:platform|app|marketplace|site|network|programme|program|course|bootcamp))"
    rf"[^.;:$€£\d]{{0,60}}\b{_GAIN}\b[^.;$€£\d]{{0,30}}[$€£]?$"
)
_PAID_THEM = re.compile(rf"\bpay(?:s|ing)? (?:[a-z]{{2,12}} )?{_THEM}\b[^.;$€£\d]{{0,40}}[$€£]?$")
# "support three PhD candidates (who start at €3,059 a month)": whom the applicant has to do with
_WHO_GAIN = re.compile(
    r"[(,–—] ?(?:who|whom)\b,?[^.;()$€£\d]{0,30}\b(?:starts?|earns?|makes?|gets?|receives?|costs?"
    r"|(?:are|is|get) paid|take home)\b(?: (?:at|on|from|about|around|only))?[ $€£]{0,2}$"
)
_HERE = re.compile(r"\b(?:this|the) (?:role|position|job)|\byou\b")
_GAIN_PIECES = (
    "earn",
    "make",
    "made",
    "charge",
    "paid",
    "take home",
    "receive",
    "gross",
    "salaries",
    "wages",
    "earnings",
    "verdienen",
    "gagnent",
    "ganan",
)
# The least that a law or a scheme asks for: "To qualify for the ruling, the salary must exceed"
_LAW = re.compile(
    r"\bexempt\w{0,4}\b[^.;,:]{0,45}\b(?:must|threshold|requires?|needs?)\b"
    r"|\b(?:visas?|permits?|blue card|skilled worker|h-?1b|migrant|non-?competes?)\b[^.;,:]{0,45}"
    r"\b(?:minimum|threshold|must|at least|exceeds?|over|above|wage|needs?|requires?)\b"
    r"|\bto (?:qualify|be eligible)\b"
    r"|\bsponsor\w{0,5}\b[^.;,]{0,45}\b(?:only|have to|must|at least|threshold|minimum|requires?|needs?)\b"
    r"|\b(?:gehalts|einkommens|lohn)(?:grenze|schwelle)|\b30 ?%[- ](?:regeling|ruling)|\bkennismigrant"
    r"|\bblaue karte|\bblue card"
    r"|\bpasseport talent|\bcarte bleue"
)
_LAW_PIECES = (
    "visa",
    "exempt",
    "permit",
    "card",
    "skilled",
    "1b",
    "migrant",
    "compete",
    "qualify",
    "eligible",
    "sponsor",
    "grenze",
    "schwelle",
    "blaue",
    "30",
    "kennis",
    "passeport",
    "carte",
)
_ELSEWHERE = re.compile(
    r"\b(?:competitors?|(?:compete|competing) (?:with|against)|other (?:firms?|compan(?:y|ies)|employers?|roles?"
    r"|jobs?|positions?|teams?|levels?|grades?)"
    r"|another (?:\w+ )?(?:opening|role|position|job|post|vacancy)|previously|formerly|predecessor)\b"
)
_ELSEWHERE_PIECES = ("compet", "other ", "previously", "formerly", "predecessor")
# "(was $160,000-$200,000 until June)", "up from £52,000", "last year: 48k"
_OLDER = re.compile(
    r"(?:[(,;–—-]\s?(?:it |this |which |that )?(?:was|were|vorher|zuvor|bisher|früher|avant|auparavant|antes|prima"
    r"|voorheen|eerder|wcześniej)"
    r"|\b(?:up|down|raised|increased|risen|lifted|changed|revised) from"
    r"|\b(?:last year|previous year|until (?:recently|last year|20\d\d)|(?:old|previous|former|earlier)"
    r" (?:pay |salary )?(?:range|band|scale|salary|rate|figure)s?)(?:['’]s (?:range|band|rate))?"
    r"(?: was| were| of| at)?)"
    r"[\s:,]{0,2}(?:between |from |at |only )?[a-z]{0,3} ?[$€£]?$"
)
_OLDER_PIECES = (
    "was", "were", "vorher", "zuvor", "bisher", "früher", "avant", "auparavant", "antes", "prima", "voorheen", "eerder",
    "wcze", "from", "year", "until", "old ", "former", "earlier", "previous",
)  # fmt: skip
_OFFER = re.compile(
    r"\b(?:this|the) (?:role|position|job)\b|\bwe (?:pay|offer)\b"
    r"|\b(?:the|our) (?:base |annual )?(?:salary|pay|range|compensation)\b(?! (?:must|has to|needs?|exceeds?"
    r"|meets?)\b)"
)
_NOT_THIS = re.compile(
    r"[^\n]{0,60}\b(?:not (?:for |applicable to |of |in )?(?:this|the advertised) (?:posting|role|position|job"
    r"|vacancy|opening|level|grade|requisition)|other than this (?:role|position|job)"
    r"|for (?:another|other) (?:roles?|levels?|jobs?))\b",
    re.I,
)

# What whoever names another applicant gets: "Know someone? Introduce them and receive € 2,500"
_REFERRING = re.compile(
    r"\b(?:refer(?:s|red|ring)? (?:us |a |an |your |some)|referrals?"
    r"|know (?:of )?(?:some(?:one|body)|an(?:yone|ybody)|a (?:friend|person))"
    r"|(?:introduce|recommend|send|point) (?:us|them|him|her|a friend|someone)|not (?:quite )?(?:for )?you\?"
    r"|ken je iemand|ken jij iemand|breng\w{0,2} (?:die|hem|haar|iemand)|aanbreng\w{0,6}|aandraag\w{0,6}|tip ons"
    r"|kenn(?:st|en) (?:du|sie) jemand\w{0,3}|empfiehl|empfehlen sie|empfehlung|mitarbeiter werben|vermittl\w{1,4}"
    r"|cooptation|coopt\w{1,4}|parrain\w{1,5}|vous connaissez quelqu|connais quelqu|recommand(?:ez|e)"
    r"|conoces a alguien|refiere|recomienda|conhece alguém|indique|indica(?:ção|r)|conosci qualcuno|segnala(?:ci)?"
    r"|znasz kogoś|poleć|polecenie|polecasz|känner du någon|tipsa oss|kjenner du noen)\b",
    re.I,
)
_REFERRING_PIECES = (
    "refer", "know ", "introduce", "recommend", "send ", "point ", "you?", "ken j", "breng", "aandraag", "tip",
    "kenn", "empf", "werben", "vermittl", "coopt", "parrain", "conn", "refiere", "recom", "conhece", "indi", "conosci",
    "segnala", "znasz", "pole", "känner", "kjenner",
)  # fmt: skip
_PER_TIME = re.compile(
    r"\W{0,3}(?:gross |brutto |bruto )?(?:/|per|an?|pro|je|par|por|al|p\.)\s?(?:hour|h\b|hr|day|week|month|mo\b|year"
    r"|annum|a\.|stunde|monat|jahr|heure|mois|an\b|hora|mes|año|ano|mese|anno|uur|maand|jaar)",
    re.I,
)


def is_page_of_others(text: str, n_ranges: int) -> bool:
    """Whether the page is a list of jobs, or a guide to a career: its pay is none of one job's."""
    if n_ranges > 1 and (_JOB_LIST.search(text, 0, 500) or _RESULTS.search(text, 0, 300)):
        return True
    if _GUIDE.search(text, 0, 200):
        return True
    if not has_any(text, _CAREER_HINTS):
        return False
    lines = _CAREER.finditer(text, 0, 6000)
    return len({found[0].strip().lower() for found in lines}) >= _MANY_HEADINGS


def is_market(here: Context) -> bool:
    """Whether the sentence tells what is paid in general, which is no offer."""
    # "average $152,000, commonly $140,000 to $180,000": a few words after an amount say no more than it did
    before = (here.before[-90:] if len(here.before) > _FEW_CHARS else here.sentence).lower()
    told = _MARKET.search(before) if has_any(before, _MARKET_PIECES) else None
    if told and not _THIS_JOB.search(before, told.start()):
        return not (_THEIR_GAIN.search(told[0]) and here.has_ahead and _WE_PAY.search(here.leads[0]))
    return _AFTER_MARKET.match(here.after) is not None


def is_market_heading(line: str) -> bool:
    """Whether a line above tells of what is paid in general."""
    return _MARKET.search(line) is not None and _THIS_JOB.search(line) is None


def is_of_them(here: Context, is_range: bool) -> bool:
    """Whether the amount is what users, graduates or other firms make, or a law asks, or is said not of this job."""
    told = here.before[-130:].lower()
    if has_any(told[-70:], _GAIN_PIECES) and (found := _THEY_GAIN.search(told)):
        return _HERE.search(told, found.start()) is None
    if "pay" in told[-70:] and (found := _PAID_THEM.search(told)):
        return _HERE.search(told, found.start()) is None
    if not is_range and "who" in told[-60:] and _WHO_GAIN.search(told[-80:]):
        return True
    if not is_range and has_any(told, _LAW_PIECES) and (found := _LAW.search(told)):
        return _OFFER.search(told, found.start()) is None
    if has_any(told[-45:], _OLDER_PIECES) and _OLDER.search(told[-70:]):
        return True
    if has_any(told, _ELSEWHERE_PIECES) and (found := _ELSEWHERE.search(told)):
        return _OFFER.search(told, found.start()) is None
    return _NOT_THIS.match(here.after) is not None


def is_for_referring(money: Money, here: Context) -> bool:
    """Whether a single sum is for naming somebody else to the employer: in its sentence, or in those just before."""
    if money.is_range or _PER_TIME.match(here.after):
        return False
    told = f"{here.leads[0][-110:] if here.has_ahead else ''} {here.before[-110:]}".lower()
    return has_any(told, _REFERRING_PIECES) and _REFERRING.search(told) is not None
