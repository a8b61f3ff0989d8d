"""Whom a sentence speaks of: the applicant, the job, the employer, or others altogether.

Sentences of the last kind stand behind lists too, without a heading of their own: "Our customers use A" asks for
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from analytics.vocabulary import word_classes

LONG = 300  # characters back to the start of a list of wishes, or of a sentence
SHORT = 12  # words of a sentence that names little else
TOKEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ASCII_TOKEN = re.compile(r"[a-z]++(?:['-][a-z]++)*+")  # finds the same in lowered ASCII, in half the time
CONTRAST = re.compile(r"\b(?:but|aber|mais|pero|mas|ma|maar|ale|men|however|whereas)\b")
_CONDITION = re.compile(r"\W{0,5}(?:if|whoever|wenn|wer|falls|si|se|als|wie|jeśli|om|hvis|chi)\b", re.I)
_BULLETS = frozenset("-–—•*·●▪◦>✔✅(~")
_YOU_ENDINGS = ("arás", "erás", "irás", "erai", "irai", "asz", "esz", "isz", "ysz")  # verbs that need no "you"
_PERFECT = re.compile(  # what somebody has done is asked for, what somebody does is a duty
    r"\b(?:have|has|having|you've|haber|haya|avoir|avez|abbia|aver|hast|hebt|heeft) (?:built|run|led|shipped|written"
    r"|taken|done|been|put|taught|made|déjà|già|already|bereits|al|[\w-]{2,15}(?:ed|ado|ido|ato|uto))\b"
)
_HAVE = ("ve ", "has ", "having ", "haber ", "haya ", "avoir ", "avez ", "abbia ", "aver ", "hast ", "hebt ", "heeft ")
_STACK = re.compile(  # what the job is done with: "Our stack: A, B", but not "Our stack is built on A"
    r"\W{0,5}(?:[^\W\d_]{1,12}[ -]){0,3}(?:stack|toolbox|toolkit)(?: [^\W\d_]{1,15}){0,3}"
    r"(?: ?:| (?:is|includes|ist|umfasst|inclut|incluye|è|omvat|obejmuje|är) (?=(?-i:[A-Z])))",
    re.I,
)
_IS_TEAM = re.compile(  # "Data & AI is a team of 45"
    r" (?:(?:is|are) (?:a|the)|ist (?:ein|das)|sind ein|est (?:une|l')|es (?:un|el)|è (?:un|il)|é (?:uma?|o|a)"
    r"|is (?:een|het)|är ett|to) ?(?:[\w-]{2,15} ){0,2}(?:teams?|group|squad|unit|function|équipe|equipo"
    r"|equip[ae]|zespół)\b",
    re.I,
)
_TEAMS = (
    "team",
    "group",
    "squad",
    "zesp",
    "quipe",
    "equip",
    "colleagues",
    "kolleg",
    "division",
    "department",
    "lab ",
    "others",
    "our ",
)
_OF_PARTNER = re.compile(  # what those do whom the applicant works with: "with the group who own our assistant"
    r"\b(?:with|alongside|next to|beside|mit|neben|avec|con|com|met|naast|z|ze|med)\b(?: [^\W\d_][\w&'-]*){0,5}?"
    r" (?:\w{0,12}teams?|\w{0,15}group|squad|lab|colleagues|division|department|\w{0,12}kolleg\w{1,6}|équipe"
    r"|equipo|equip[ae]|zespołem|teamet)\b,? (?:(?:in|at|from) \w{2,20},? )?"
    r"(?:who|which|that|das|die|der|qui|que|che|dat|który|som)\b"
    r"(?:(?! (?:to|um|pour|para|per|om|żeby|aby|för att) )[^.;:,])*$",
    re.I,
)
_OF_OTHERS = re.compile(  # "a sister team handles", "the others do"
    r"\b(?:(?:sister|another|different|separate|other|neighbou?ring|anderes|eigenes|autre|otro|altro|outra"
    r"|inny|ander|annat)"
    r" (?:[\w&-]{1,15} )?(?:team|group|squad|lab|équipe|equipo|equip[ae]|gruppo|zespół)|the others?"
    r"|our (?:[\w-]{2,15} )?(?:engineers|scientists|researchers|specialists|experts|consultants|solutions team))"
    r" (?:that |which )?(?:already )?(?:handles?|owns?|does|do|runs?|builds?|looks? after|takes? care(?: of)?|works? on"
    r"|covers?|maintains?"
    r"|kümmert|betreut|baut|gère|développe|s'occupe|lleva|desarrolla|cuida|gestisce|zajmuje|doet|bouwt|sköter|bygger)\b"
    r"(?:(?!\b(?:you|and)\b)[^.;:])*$",
    re.I,
)
_WHEN = re.compile(  # "Last year our", "Since 2019 we"
    r"\W*+(?:(?:last|this|next|every|each) (?:year|month|week|spring|summer|autumn|fall|winter|quarter)|today"
    r"|recently|currently"
    r"|(?:in|since|by) (?:early |late )?\d{4}|(?:two|three|four|five|ten) years ago|letztes jahr|heute|l'an dernier),? "
)
_TEAM_WITHIN = 5  # words from the start of a sentence: "The Credit Risk Models team runs"
_OF_CLIENT = re.compile(  # who is told of by a recruiter: "for our client, a vendor whose assistant answers"
    r"\b(?:client|vendor|start-?up|scale-?up|company|firm|business|publisher|bank|insurer|kunde|unternehmen"
    r"|société|entreprise"
    r"|empresa|azienda|bedrijf|firma)\b[^.;:]{0,60}?\b(?:whose|which|that|who|das|der|die|dessen|deren|qui"
    r"|dont|que|cuyo|cuya|che"
    r"|dat|który|która)\b(?:(?!\b(?:you|du|sie|vous|tu|je|jij|will|to)\b)[^.;:]){0,70}$",
    re.I,
)
_CLIENTS = (
    "client",
    "vendor",
    "start",
    "scale",
    "company",
    "firm",
    "business",
    "publisher",
    "bank",
    "insurer",
    "kunde",
    "unternehmen",
    "société",
    "entreprise",
    "empresa",
    "azienda",
    "bedrijf",
)
_THE = frozenset(("the", "die", "der", "das", "la", "le", "de", "het", "el", "il", "o", "a"))
_FIRMS = frozenset(
    (
        "agency",
        "airline",
        "azienda",
        "banca",
        "banco",
        "bank",
        "banque",
        "bedrijf",
        "business",
        "charity",
        "clinic",
        "company",
        "compañía",
        "council",
        "empresa",
        "entreprise",
        "firm",
        "firma",
        "foundation",
        "fund",
        "groep",
        "group",
        "groupe",
        "grupo",
        "gruppo",
        "gruppe",
        "hospital",
        "institute",
        "insurer",
        "klinik",
        "organisation",
        "organization",
        "parent",
        "platform",
        "product",
        "società",
        "société",
        "startup",
        "university",
        "unternehmen",
    )
)
WILL_DO = re.compile(  # prose of what is to be done, though it stands among the requirements
    r"\b(?:(?:you|candidate|applicant|hire|postholder|incumbent) will|you(?:['’]?ll| get to)"
    r"|(?:je|jij) (?:ontwikkelt|bouwt|ontwerpt|traint|beheert)"
    r"|du (?:entwickelst|baust|trainierst|gestaltest|verantwortest)"
    r"|sie (?:entwickeln|bauen|verantworten)"
    r"|tu (?:développes|construis|conçois)|vous (?:développez|construisez|concevez)"
    r"|(?:need|seek(?:ing)?|looking for|hiring) an? [\w ,/()-]{3,60}? (?:to|who will))"
    r" (?!(?:(?:also|already|not) )?(?:be|bring|come|demonstrate|earn|enjoy|feel|find|get (?!to)|grow|hold|join|know"
    r"|have (?!(?:\w+ ){0,2}(?:access|chance|freedom|opportunit|owner))|learn|love|meet|must|need|possess|receive"
    r"|require|see|show|sit|speak|thrive|understand)\b)[a-z]{2,}",
    re.I,
)
YOU_MAY = re.compile(
    r"\b(?:feel free|(?:you(?:['’]?re| are)? (?:may|can|free|welcome|allowed|permitted|encouraged))"
    r"|is (?:fine|ok|okay|welcome|allowed|permitted)|darfst|dürfen sie|sie dürfen|vous pouvez|tu peux|puedes|puede usar"
    r"|je mag|mag je|u mag|można|możesz|pode usar|podes|puoi|får du|du får)\b",
    re.I,
)
AS_TOOL = re.compile(
    r"\b(?:how|when|where) (?:you|we) (?:(?:may|can|should) )?use|\b(?:expect|want|ask) you to use", re.I
)
_WISHED = re.compile(  # "Desirable: A; B": what stands behind the semicolon is wished for too
    r"(?:desirable|nice[ -]to[ -]haves?|bonus|preferred|ideally|plus(?:es|punkte|punten)?|wünschenswert|von vorteil"
    r"|atouts?|souhaités?|deseables?|valorable|se valora|desejável|diferenciais|mile widziane|meriterande"
    r"|gradit[oi]|pré)"
    r"[^:.;]{0,25}:",
    re.I,
)
_CAN = re.compile(  # said to a customer: "With our app you can plan tours"
    r"\b(?:you can|kannst du|können sie|vous pouvez|tu peux|puedes|puoi|você pode|kun je|kan je|kan du|możesz)\b", re.I
)
FILLER = re.compile(  # between a negation and a far name: "do not need any previous experience with"
    r"(?: (?:needs?|requires?|ask for|expect|any|prior|previous|experience|knowledge|background|skills|expertise"
    r"|exposure|hands-on|deep|specific|professional|practical|anything|about|worked|seen"
    r"|used|built|to|be|have|know|an?|expert|work|working|in|with|of|the"
    r"|erfahrung|erfahrungen|kenntnisse|mit|expérience|connaissances?|avec|en|de|des|con|ervaring|met"
    r"|experiencia|experiência|com|em|previa"
    r"|prévia|esperienza|conoscenza|doświadczenie|znajomość|z|w|erfarenhet|av)){0,9} "
)
OFFER = re.compile(
    r"\W{0,5}(?:(?:every|each) (?:employee|colleague|engineer|team member|new joiner|one of us)|everyone|everybody"
    r"|all (?:employees|staff|colleagues|engineers)|alle (?:mitarbeite\w{2,5}|kolleg\w{2,6})"
    r"|chaque (?:salarié|collaborat\w{2,4})\w?|cada (?:emplead[oa]|persona|colaborador)|iedere medewerker|iedereen"
    r"|każdy (?:pracownik|z nas)|alla (?:anställda|medarbetare)"
    r"|we (?:offer|provide|give you|pay for|cover)|you(?:'ll|’ll)? (?:will )?(?:get|receive)|wir bieten"
    r"|nous offrons|ofrecemos|oferecemos|offriamo|oferujemy|wij bieden|we bieden|vi erbjuder|vi tilbyder)\b",
    re.I,
)
LINK = re.compile(
    r"[\s,/()&]{0,3}(?:(?:and|or|AND|OR|und|oder|et|ou|i|lub|y|o|of|oppure|and/or|eller|och|og|albo)\b"
    r"(?: (?:in|with|mit|de|d['’]|du|em|en|w|z|con|di|av|med|met))?|bzw\.)?"
    r"[\s,/()]{0,3}"
)
KIND_BEFORE = re.compile(  # "frameworks (A, B, C)": any of the kind will do
    r"\b(?:frameworks?|tools?|librar(?:y|ies)|platforms?|languages?|databases?|clouds?|providers?|engines?"
    r"|stores?|packages?"
    r"|technologies|systems|brokers?|queues?|orchestrators?|warehouses?|schedulers?|toolkits?) \($"
)
USE = re.compile(
    r"\b(?:us(?:e|es|ed|ing|ar)|verwend\w{0,3}|nutz\w{0,3}|utilis\w{0,4}|gebruik\w{0,2}|uży\w{0,5}"
    r"|korzyst\w{2,6}|använd\w{0,2}|help|aid|chatgpt)\b",
    re.I,
)
_ASKING = frozenset(("said_you", "said_who", "said_job", "said_need", "said_able", "said_will"))


class Speech(NamedTuple):
    """The words of a sentence and their classes, of which the first `n_before` stand before a name; a sentence without
    words before it has none at all. Whom it speaks of is looked for only as far as it matters."""

    before: str
    words: list[str]
    kinds: list[str | None]
    n_before: int
    is_we: bool  # whether it speaks of the employer


def tells_of_others(sentence: str, employer: str) -> bool:
    """Whether it is a whole sentence, no item of a list, whose subject is the employer or a team, and that names
    nobody who is sought."""
    said = sentence.strip()
    if said[-1:] not in (".", "!") or said[:1] in _BULLETS:
        return False
    lowered = said.lower().replace("’", "'")
    when = _WHEN.match(lowered)
    words = _words(lowered[when.end() :] if when else lowered)
    classes = word_classes()
    if not words or not _ASKING.isdisjoint(map(classes.get, words)):
        return False
    first = words[0]
    is_other = classes.get(first) == "said_we" or first in ("elsewhere", employer.partition(" ")[0])
    is_firm = first in _THE and (not _FIRMS.isdisjoint(words[1:2]) or "team" in words[1:_TEAM_WITHIN])
    return (is_other or is_firm or bool(_IS_TEAM.search(said, 0, SHORT * 8))) and not _STACK.match(said)


def is_of_partner(before: str) -> bool:
    """Whether a name behind these words is what another team does, with which the applicant works."""
    if any(word in before for word in _TEAMS) and (_OF_PARTNER.search(before) or _OF_OTHERS.search(before)):
        return True
    if "lsewhere in " in before or "nother part of " in before or "somewhere else" in before:
        return True
    return any(word in before for word in _CLIENTS) and _OF_CLIENT.search(before) is not None


def is_wished(text: str, low: int) -> bool:
    """Whether the item that begins at `low` goes on a list of wishes: "Desirable: A; B"."""
    start = max(text.rfind(mark, max(0, low - LONG), low) for mark in (". ", "! ", "\n"))
    return _WISHED.match(text, start + 2 if text[start : start + 1] in (".", "!") else start + 1) is not None


def is_condition(text: str, start: int) -> bool:
    """Whether the sentence begins with a condition: "If you look for A, this is not the job for you"."""
    low = max(text.rfind(mark, max(0, start - LONG), start) for mark in ("\n", ". ", "! "))
    return _CONDITION.match(text, low + 1) is not None


def speech(before: str, behind: str, employer: str) -> Speech:
    """A sentence as words with their classes. Behind a name only "you" is whom it speaks of: "our agents match people
    with jobs" speaks of no job of the applicant's."""
    words = _words(before.lower().replace("’", "'"))
    n_before = len(words)
    if not words:
        return Speech(before, [], [], 0, False)
    if behind:
        words += _words(behind.lower().replace("’", "'"))
    kinds = list(map(word_classes().get, words))
    return Speech(before, words, kinds, n_before, "said_we" in kinds or words[0] == employer.partition(" ")[0])


def _words(lowered: str) -> list[str]:
    return (_ASCII_TOKEN if lowered.isascii() else TOKEN).findall(lowered)


def clause(text: str, low: int, high: int, end: int, employer: str) -> int:
    """Where the part of a sentence ends that says whom a name, which ends at `end`, has to do with: at the name where
    the employer is the subject ("Our agents answer calls, and you keep them up"), else before a contrast."""
    first = TOKEN.search(text, low, end)
    word = first[0].lower() if first else ""
    if word_classes().get(word) == "said_we" or word == employer.partition(" ")[0]:
        return end
    contrast = CONTRAST.search(text, end, high)
    return contrast.start() if contrast else high


def asks(said: Speech, section: str, is_core: bool) -> str:
    """What whom a sentence speaks of makes of a name in it."""
    if section == "role":
        return "required" if _is_able(said) and _is_of_applicant(said) else "none"
    if _is_of_applicant(said):
        return "required" if _is_able(said) else "duty"
    if _is_of_job(said):
        return "duty"
    if section != "intro" or (said.is_we and (is_core or not _is_need(said))):
        return "none"
    if (not is_core or len(said.words) <= SHORT) and (_is_need(said) or _is_able(said)):
        return "required"
    return "duty" if not is_core or _is_item(said) else "none"


def _is_of_applicant(said: Speech) -> bool:
    """Whether a sentence speaks of the applicant."""
    kinds = said.kinds
    if "said_who" in kinds[: said.n_before] or _is_subject(kinds) or _is_ended(said.words, kinds):
        return not (said.is_we and _CAN.search(said.before))
    return False


def _is_of_job(said: Speech) -> bool:
    """Whether a sentence speaks of the job."""
    return "said_job" in said.kinds[: said.n_before]


def _is_able(said: Speech) -> bool:
    """Whether a sentence tells of what somebody can do or has done."""
    kinds = said.kinds
    return ("said_able" in kinds and "said_will" not in kinds) or _is_perfect(" ".join(said.words))


def _is_need(said: Speech) -> bool:
    """Whether a sentence tells of what is needed."""
    return "said_need" in said.kinds


def _is_item(said: Speech) -> bool:
    """Whether a sentence is an item of a list: begins with a bullet or with a duty."""
    return bool(said.words) and (said.before.lstrip()[0] in _BULLETS or said.kinds[0] == "said_do")


def _is_subject(kinds: Sequence[str | None]) -> bool:
    """Whether a word is the applicant as the one who does something: "gives you" tells of another."""
    if "said_you" not in kinds:
        return False
    return kinds[0] == "said_you" or any(one == "said_you" and to != "said_to" for to, one in pairwise(kinds))


def _is_ended(words: Sequence[str], kinds: Sequence[str | None]) -> bool:
    """Whether a verb by its ending has the applicant as subject."""
    said = " ".join(words)
    for ending in _YOU_ENDINGS:
        if ending in said:
            verbs = [word for word, kind in zip(words, kinds, strict=True) if kind != "said_you" and len(word) > 5]
            return any(word.endswith(_YOU_ENDINGS) for word in verbs)
    return False


def _is_perfect(said: str) -> bool:
    """Whether it tells of what somebody has done."""
    for word in _HAVE:
        if word in said:
            return _PERFECT.search(said) is not None
    return False
