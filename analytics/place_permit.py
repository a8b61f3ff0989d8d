"""The right to work at a place: whether an employer sponsors a visa, and the citizenship that is asked for.

A sentence about a visa is read by kinds of words, not by phrases: what paper it speaks of, what is done for it, and
what is denied, clause by clause.
"""

from __future__ import annotations

import re
from functools import lru_cache

from analytics.mode import sentences
from analytics.scan import Scan, scan

MOST_KEPT = 2048  # sentences: an employer's postings repeat most of theirs
MOST_TEXTS_KEPT = 256  # all the sentences of a posting about citizenship, which most often are the employer's own
# what a sentence must speak of: a paper that lets a foreigner work, or a sponsor of one
_PAPER = re.compile(  # choices begin with a border of words, all in one, or with letters: most places are soon passed
    r"\b(?:(?<!via )vis(?:as?|um|ados?|tos?)\b(?! ?(?:inc|cards?|europe|international|,? (?:and |or |& |"
    r"/ ?)?mastercard))|"
    r"(?:work|residence|skills?|employment|swiss|eu|dutch|danish) (?:permit|pass(?:es)?\b)|"
    r"h-?1b|o-1\b|tn\b|e-3\b|opt\b|(?<!parking )(?<!building )"
    r"permits?\b(?=[^.]{0,160}\b(?:non|foreign\w*|hires?|candidates?|applicants?|people|relocat\w+|you|your|"
    r"abroad|eu|"
    r"others|newcomers|visas?|efta|third|possible|supported|sponsor\w*)\b))|"
    r"immigration(?! exempt)|green cards?|blue card|arbeitserlaubnis|arbeitsbewilligung|"
    r"aufenthalts\w|werkvergunning|permis de (?:travail|séjour)|titre de séjour|permisos? de trabajo|zezwoleni\w|"
    r"pozwoleni\w|permess[oi] di|arbetstillstånd|arbejdstilladelse|skilled[- ]worker|"
    r"others[^.]{0,40}\bpermits\b|non-eu[^.]{0,40}\bpermits\b"
)
_RIGHT = re.compile(
    r"right to work|work(?:ing)? rights|(?:work|employment) authori[sz]ation|authori[sz]ed to work|\b(?:eligible|"
    r"entitled|allowed|permitted) to work\b"
)
_SPONSOR = re.compile(
    r"(?<!executive )(?<!project )(?<!event )(?<!business )(?<!trial )(?<!level )"
    r"\bspons(?:or(?:s|ing|ship|ships|ed)?|ern|oring|"
    r"oriser|orizzare)\b(?= ?(?:[.,;:!)?\n]|$|(?:is|are|isn|aren|can|cannot|may|will|must|should|available|"
    r"unavailable|"
    r"offered|provided|considered|possible|on offer|not|for|at|here|now|at this|later|down|in the|if|to work|needed|"
    r"required|your|you|candidates?|applicants?|international|overseas|foreign|the employment|employment|route|"
    r"licen[cs]e|licenc|where|case|as|or|and|anyone|people|work|him|her|them|this|yet|exceptional|an?|either|any)\b))"
)
_DENIED = re.compile(
    r"\b(?:no|not|never|nor|cannot|unable|without|ineligible|unavailable|keine?n?|nicht|ohne|geen|niet|pas|sans|nie|"
    r"bez|sin|não|sem|senza|inte|ikke|non(?= po)|neither|too small|n/a|none)\b|n't\b|: ?no\b"
)
_NOT_DENIED = re.compile(  # "if you do not have a permit", "no problem": nothing is refused
    r"(?:not?|n't|never) (?:an? |any )?(?:problem|issue|worr|obstacle|only|matter|barrier|cost|fee|charge|yet have|"
    r"have|"
    r"hold|possess|just|already|eu\b|from|required|necessary|needed|based|let|a citizen|limited|hesitate|ask|charge|"
    r"pay)\w*|"
    r"no-cost|"
    r"without (?:the |an? )?(?:right|permit|work)[^.,;]*(?=,| (?:we|can|may|are))"
)
_HELPED = re.compile(
    r"\b(?:sponsor(?!ed by)|support|help|assist|arrang|handl|organi[sz]|issu|provid|offer|cover|consider|discuss|"
    r"petition|welcom|process|obtain|paperwork|unterstütz|übernehm|übernomm|kümmer|helfen|hilf|besorg|accompagn|"
    r"prise en charge|prenons en charge|aide|apoy|gestion|tramit|ayuda|wspar|pom[oa]g|rege?l|helpen|ondersteun|"
    r"suporte|"
    r"apoio|supporto|assistenza|hjälp|hjælp|lawyer|attorney|reimburs|facilitat|secur|guid)\w*|\b(?:possible|"
    r"available|"
    r"yes|on us|fil(?:e|es|ing)|apply for|applies for|pay for|pays for|taken? care|look after|sort(?:ed)? out|can do|"
    r"do it|have used|hold a|holds a|deal with|get you|(?:fees|costs) (?:are )?(?:paid|borne|ours)|we do\b)"
)
_PROOF = re.compile(r"\b(?:proof|evidence|verif|document your|copy of|e-?verify|i-9)|your own (?:visa|permit)")
_BUSINESS = re.compile(
    r"workflow|automat|platform|software|seamless|rebuil|job offers?|solutions"
)  # visas are its trade
_OWN_RIGHT = re.compile(  # a right that the applicant must have of their own
    r"\b(?:(?:usc|gc|visas?|permits?|holders|status|passports?)\b[^.;]*\bonly\b|"
    r"only\b[^.;]*\b(?:permits?|visas?|status|passports?)\b|full (?:\w+ )?work)|any employer|unrestricted|"
    r"without (?:any )?restriction|already|existing right|your own (?:visa|permit)"
)
_WE = re.compile(r"\b(?:we|us|our|wij|wir|nous|no (?:visas?|transfers?))\b")
_TRANSFER = re.compile(r"\btransfer(?:s|red|ring)?\b(?! (?:fee|learning))")
_NO_TRANSFER = re.compile(r"\b(?:no|not|cannot|n't|unable to)\b[^.,;]{0,22} transfer")
_ALSO_NEW = re.compile(r"(?:and|or|plus|as well as) (?:new|fresh|first)\b")
_PARTS = re.compile(r"[;]|,? \b(?:but|though|although|however|aber|mais|pero|maar|ale)\b|, (?=(?:and )?(?:we|wir)\b)")
_CITIZEN = (
    (
        "US",
        re.compile(
            r"\b(?:u\.?s\.?|united states|american) (?:citizen(?:s|ship)?|persons?|nationals?)\b[^.\n]{0,60}|"
            r"(?:citizens? of|citizenship (?:of|in)) the (?:u\.?s\.?|united states)|\bITAR\b|"
            r"must be a u\.?s\.? citizen|\b8 ?U\.?S\.?C\b",
            re.I,
        ),
    ),
    ("FR", re.compile(r"nationalité française|\bfrench citizen", re.I)),
    ("GB", re.compile(r"\b(?:uk|british) (?:citizen(?:s|ship)?|national)s?\b", re.I)),
    ("DE", re.compile(r"deutsche staatsangehörigkeit|\bgerman citizen", re.I)),
    ("CA", re.compile(r"\bcanadian citizen", re.I)),
    ("AU", re.compile(r"\baustralian citizen", re.I)),
    ("IN", re.compile(r"\bindian citizen", re.I)),
    ("SG", re.compile(r"\bsingapore(?:an)? citizen", re.I)),
    ("TH", re.compile(r"\bthai citizen", re.I)),
)
_DEMONYMS = {
    code: names.split("|")
    for code, names in {
        "AE": "emirati|uae", "AT": "austrian", "BE": "belgian", "BH": "bahraini", "BR": "brazilian", "CH": "swiss",
        "CN": "chinese", "CZ": "czech", "DK": "danish", "ES": "spanish", "FI": "finnish", "GR": "greek",
        "ID": "indonesian", "IE": "irish", "IL": "israeli", "IT": "italian", "JP": "japanese", "KE": "kenyan",
        "KR": "korean", "KW": "kuwaiti", "MX": "mexican", "MY": "malaysian", "NG": "nigerian", "NL": "dutch",
        "NO": "norwegian", "NZ": "new zealand|nz", "OM": "omani", "PH": "filipino|philippine", "PL": "polish",
        "PT": "portuguese", "QA": "qatari", "SA": "saudi", "SE": "swedish", "TR": "turkish", "VN": "vietnamese",
        "ZA": "south african|sa",
    }.items()
}  # fmt: skip
_OWN_WORDS = {  # a citizenship in the words of its own country
    "obywatelstw\\w+ polski\\w*|polski\\w+ obywatelstw\\w+": "PL", "svenskt medborgarskap": "SE",
    "nacionalidad española": "ES", "cittadinanza italiana": "IT", "nacionalidade portuguesa": "PT",
    "nederlandse nationaliteit": "NL", "österreichische staatsbürgerschaft": "AT", "norsk statsborgerskap": "NO",
    "dansk statsborgerskab": "DK", "nacionalidade brasileira": "BR", "schweizer bürgerrecht": "CH",
}  # fmt: skip
_CODES = {name: code for code, names in _DEMONYMS.items() for name in names}
_ANY_CITIZEN = re.compile(rf"\b({'|'.join(_CODES)}) (?:citizen(?:s|ship)?|nationals?|nationality)\b", re.I)
_ANY_OWN = [(re.compile(words, re.I), code) for words, code in _OWN_WORDS.items()]
_ASKS = re.compile(
    r"must|requir|only|eligib|need|due to|subject to|restricted|mandatory|condition|hold|erforderlich|voraus|exig|"
    r"obligat|owing to|sole |nécessit|wymag|krävs|kräver|vereist|richiest|considered",
    re.I,
)
EQUAL = re.compile(
    r"regardless|without regard|discriminat|equal (?:employment )?opportunity|protected|status as|citizenship status|"
    r"immigration status|e-?verify|race|religion",
    re.I,
)
_OR_RESIDENT = re.compile(
    r"permanent resident|not required|some projects|\bPRs?\b|encouraged|nationals and (?:to )?others|"
    r"citizenship, residen|right to work|permiso de|work permit|"
    r"o autorización|ou titre|lub zezwoleni|oder (?:aufenth|arbeitse)"
)
_PERSON = re.compile(r"persons?\b|\bitar\b", re.I)  # whose definition names residents


def read_visa(text: str | Scan) -> str | None:
    """offers_sponsorship, no_sponsorship, transfer_only or None: the plainest of what the sentences say."""
    scanned = scan(text)
    if "visa" not in scanned.marked:
        return None
    told = sentences_with(scanned, "visa").lower()
    said = {_of_visa(sentence) for sentence in told.split("\n") if sentence}
    order = ("transfer_only", "no_sponsorship", "offers_sponsorship")
    return next((kind for kind in order if kind in said), "no_sponsorship" if "own" in said else None)


@lru_cache(MOST_KEPT)
def _of_visa(sentence: str) -> str | None:
    """What one sentence in small letters says; "own" where it only asks for a right that the applicant has already."""
    said = _of_paper(sentence)
    return None if said and EQUAL.search(sentence) else said  # last, as few sentences say anything


def _of_paper(sentence: str) -> str | None:
    """As `_of_visa`, also for a notice of equal treatment."""
    is_sponsored = "spons" in sentence
    if _BUSINESS.search(sentence) and not (is_sponsored and _SPONSOR.search(sentence)):
        return None
    has_paper = _PAPER.search(sentence) is not None
    has_right = "permit" in sentence or ("work" in sentence and _RIGHT.search(sentence) is not None)
    if not (has_paper or has_right or is_sponsored):
        return None
    if has_paper and _is_transfer(sentence):
        return "transfer_only"
    offered = False
    for part in _PARTS.split(_NOT_DENIED.sub(" ", sentence)):
        is_sponsor = is_sponsored and _SPONSOR.search(part) is not None
        is_named = is_sponsor or (has_paper and bool(_PAPER.search(part) or _HELPED.search(part)))
        if is_named and _DENIED.search(part) and (is_sponsor or _HELPED.search(part) or _WE.search(part)):
            return "no_sponsorship"
        is_help = _HELPED.search(part) if is_named and (has_paper or not has_right or is_sponsor) else None
        offered = offered or (is_help is not None and not _DENIED.search(part) and not _PROOF.search(part))
    if offered:
        return "offers_sponsorship"
    return "own" if (has_paper or has_right) and _OWN_RIGHT.search(sentence) else None


def _is_transfer(sentence: str) -> bool:
    """Whether only who has a paper already can bring it along."""
    has_words = "transfer" in sentence and _TRANSFER.search(sentence) is not None
    return has_words and not (_NO_TRANSFER.search(sentence) or _ALSO_NEW.search(sentence))


def read_citizenship(text: str | Scan) -> str | None:
    """ISO2 code of the citizenship (or "U.S. person" status) asked for, or None; equality notices do not ask."""
    scanned = scan(text)
    return _asked(sentences_with(scanned, "citizenship")) if "citizenship" in scanned.marked else None


@lru_cache(MOST_TEXTS_KEPT)
def _asked(told: str) -> str | None:
    """The citizenship that sentences ask for, one a line."""
    for code, pattern in _CITIZEN:
        if any(_is_asked(told, found) for found in pattern.finditer(told)):
            return code
    lowered = told.lower()
    for found in _ANY_CITIZEN.finditer(told) if any(name in lowered for name in _CODES) else ():
        if _is_asked(told, found):
            return _CODES[found[1].lower()]
    own = ((pattern.search(told), code) for pattern, code in _ANY_OWN)
    return next((code for found, code in own if found and not _is_other(told)), None)


def _is_other(told: str) -> bool:
    return EQUAL.search(told) is not None or _OR_RESIDENT.search(told) is not None


def _is_asked(told: str, found: re.Match[str]) -> bool:
    """Whether a citizenship is asked for, and no residence would do."""
    start = told.rfind("\n", 0, found.start()) + 1
    end = told.find("\n", found.end())
    around = told[max(start, found.start() - 120) : min(end if end >= 0 else len(told), found.end() + 80)]
    is_item = around.strip(" -*•·–:").startswith(found[0].strip()[:12])
    is_other = _OR_RESIDENT.search(around) and not _PERSON.search(found[0])
    return bool(is_item or _ASKS.search(around)) and not EQUAL.search(around) and not is_other


def sentences_with(scanned: Scan, reader: str) -> str:
    """The sentences that hold a word of `reader`, one a line, with straight apostrophes."""
    return "\n".join(scanned.text[start:end] for start, end in sentences(scanned, reader)).replace("’", "'")
