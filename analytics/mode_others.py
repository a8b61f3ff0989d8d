"""The row of a sentence rid of modes that are other people's or other things'.

"Agents work remotely", "on-site technicians", "unless approved to work remotely, at the office": whose mode it is shows
in the last people named before it, in the noun right after it, and in the clause of an exception.
"""

from __future__ import annotations

import re
from functools import cache

from analytics.lexicon import lines
from analytics.mode_row import Row

__all__ = ("without_others",)

_MODES = frozenset("RrYyGHXS")
_COUNTED = frozenset("NWKFw")  # of a job whose days are counted the site is its own, whoever else is named
_STRANGERS = re.compile(  # `(?<!\w)` before words means `\b`, tried once a word, not twice
    r"(?<!\w)(?:customers|clients|users|seekers|agents|patients|nurses|doctors|clinicians|physicians|"
    r"surgeons|drivers|couriers|riders|"
    r"farmers|growers|technicians|operators|students|pupils|learners|teachers|tenants|citizens|shoppers|buyers|"
    r"sellers|merchants|consumers|households|companies|employers|businesses|organi[sz]ations|enterprises|crews|"
    r"freelancers|volunteers|adjusters|inspectors|moderators|annotators|labell?ers|guests|visitors|travellers|passengers|"
    r"subscribers|viewers|players|gamers|advis[eo]rs|brokers|"
    r"reporters|journalists|correspondent(?:s|en)|builders|stakeholders|équipes|equipos|equipas|zespoł\w{1,3}|"
    r"mit (?:den|unseren|dem|der) \w{4,20}(?= vor ort)|"
    r"(?:remote|hybrid|office|knowledge|field|frontline) workers|"
    r"our (?:\w{3,12} ){0,2}(?:analysts|reps|representatives|coordinators|managers)|of whom|clouds?|"
    r"experienced? (?:of |in |with )?(?:working|leading|managing|collaborating|operating)|"
    r"help(?:s|ing)? (?:\w{1,12} ){0,2}(?:people|teams|staff)|kund(?:en|innen)|nutzer\w{0,5}|patient(?:en|innen)|"
    r"fahrer\w{0,5}|ehrenamtliche\w?|firmen|utilisateurs|clientes|usuari[oa]s|clienti|utenti|klanten|gebruikers|"
    r"klient(?:ów|om|ami)|kunder|användare|étudiants|estudiantes|bénévoles|voluntarios)\b"
)
_OWN = re.compile(
    r"\b(?:we|you|you'll|you're|role|roles|position|positions|job|post|team|candidates?|applicants?|employees|"
    r"colleagues|everyone|everybody|staff|location|workplace|duration|arrangement|engineers?|developers?|wir|du|sie|"
    r"stelle|arbeitsort|dort|daar|homeoffice|nous|vous|tu|poste|lieu|puesto|lugar|je|jij|functie|noi|ruolo|sede|stanowisk\w{1,3}|"
    r"miejsce|vi|tjänsten|rollen|vaga)\b|[;|]"
)
_SOME = re.compile(  # "some roles are remote" tells nothing of this one
    r"\b(?:some|other|certain|selected|several|many|a few|not all|various|andere|einige|manche|viele|certains|"
    r"certaines|d'autres|"
    r"algunos|algunas|otros|otras|inne|niektóre|alcuni|altri|altre|sommige|vissa|andra|alguns|algumas|outras|outros) "
    r"(?:(?:of )?[\w'’-]+ ){0,3}?(?:roles|positions|jobs|postings|vacancies|openings|functions|departments|teams|"
    r"offices|sites|colleagues|employees|people|members|stellen|positionen|jobs|bereiche|kolleg\w{1,5}|postes|équipes|métiers|"
    r"puestos|equipos|stanowisk\w{0,2}|zespoł\w{1,2}|ruoli|posizioni|functies|tjänster|roller|vagas|equipas|equipes)\b"
)
_JOB_WORDS = (
    "roles positions jobs postings vacancies openings functions departments teams offices sites colleagues employees "
    "people members stellen positionen bereiche kollegen kolleginnen postes équipes métiers puestos equipos stanowiska "
    "zespoły ruoli posizioni functies tjänster roller vagas equipas equipes"
)
_JOBS = frozenset(_JOB_WORDS.split())
_PAIR = re.compile(  # "a remote and onsite team": whoever works in it
    r"(?:remote|hybrid|on-?site|office-based|in-office|co-?located|virtual|in-person)(?: and |/| & | or |, )"
    r"(?:remote|hybrid|on-?site|office-based|in-office|co-?located|virtual|in-person|offshore|distributed)[ -]"
    r"(?:teams?|colleagues|workers|stakeholders|members|participants|users|audiences|meetings|attendees|customers|"
    r"patients|events|workshops|sessions|training|classes|support|interviews?)\b"
)
_HYBRID_THING = re.compile(  # "hybride Modelle", no "hybrides Modell" of work
    r"(?:hybride[nrsm]?|hybrides|h[ií]brid[oa]s?|ibrid[oiae]|hybrydow\w{1,3}|hybrida?) "
    r"(?:modellen?|modèles|modelos|modelli|modele|modeller|suche|search|cloud|recherche|verfahren|architektur\w*|"
    r"ansätze\w?|systeme?n?|systèmes?|sistem\w+|approches?|infra\w+|intelligen\w+|methoden?|datenbank\w*|"
    r"antrieb\w*|fahrzeug\w*|véhicules?|veh[ií]culos?|veicoli|chmur\w+|wyszukiw\w+|simulation\w*|netz\w*|kraftwerk\w*)\b"
)
_SERVED = re.compile(r" (?:that |whom |who )?(?:you|we)(?:'ll|’ll)? \w{1,12}")  # "the agents you support"
_JOB_AFTER = re.compile(r"\W(?:role|position|job|contract)\b")
_ADJECTIVES = frozenset(("remote", "hybrid", "on-site", "onsite", "on site", "in-person", "in-office"))
_OF_A_JOB = re.compile(r"(?:[ -][a-z]{1,20}){0,3} (?:role|position|job|opportunity|contract)\b")
_NOUN = re.compile(r"[ -](?:\(\w{2,12}\) )?([a-zß-ÿ][a-zß-ÿ-]{1,20})")
_COMPOUND = re.compile(r"-([A-ZÄÖÜ][a-zäöüß]{3,20})")
_WORK_WORDS = (
    "arbeit stelle job tag anteil möglichkeit option team work modell position regel kultur unternehm quote mitarbeit "
    "koll woche einsatz vertrag firma company first only friendly kontingent betrieb konzept setup angebot eligible us "
    "usa europe based role office deutschland home hybrid onsite germany"
)
_WORK_IN_GERMAN = tuple(_WORK_WORDS.split())
_FOREIGN = re.compile(
    r"\b(?:und|der|die|das|wir|für|mit|ist|du|zu|et|le|la|les|des|du|el|en|los|een|het|van|je|och|att|är|og|af|w|na|z|"
    r"di|il|per|con|para|com|por|em|da)\b"
)
_EXCEPTIONS = ("unless", "except", "es sei denn", "sauf si", "salvo", "a menos que", "tenzij", "chyba że")
_EXCEPTION = re.compile(
    r"\b(?:unless|except (?:when|where|if)|es sei denn|sauf si|salvo si|salvo que|a menos que|tenzij|chyba że)\b"
    r"[^,;]{0,99}"
)


def without_others(said: Row, letters: str, text: str, lowered: str, start: int, end: int) -> str:
    """The letters of `said` with `_` for modes of others."""
    modes = [at for at in said.words if letters[at] in _MODES]
    last = said.words[modes[-1]].end  # none after it matters: each is looked for before a mode
    strangers = [found.end() for found in _STRANGERS.finditer(lowered, start, last)]
    sentence = lowered[start:end]
    if not _JOBS.isdisjoint(sentence.split()):
        strangers += [found.end() for found in _SOME.finditer(lowered, start, last)]
    exception = _exception(lowered, sentence, start, end)
    beyond = start  # the words of a thing that were named last
    for at in modes:
        first, stop = said.words[at][1:]
        thing = _PAIR.match(lowered, first) or _HYBRID_THING.match(lowered, first)
        beyond = max(beyond, thing.end()) if thing else beyond
        if (
            first < beyond
            or (strangers and not _is_counted(letters, at) and _is_theirs(lowered, strangers, first, stop))
            or (exception and exception.start() < first < exception.end())
            or (letters[at] in "RY" and _is_compound(text, stop))
            or (
                lowered[first:stop].removeprefix("or ") in _ADJECTIVES
                and _is_of_a_thing(text, stop)
                and not _FOREIGN.search(lowered, start, end)
            )
        ):
            letters = f"{letters[:at]}_{letters[at + 1 :]}"
    return letters


def _is_counted(letters: str, at: int) -> bool:
    return letters[at] == "S" and not _COUNTED.isdisjoint(letters)


def _exception(lowered: str, sentence: str, start: int, end: int) -> re.Match[str] | None:
    """The clause of an exception."""
    for word in _EXCEPTIONS:
        if word in sentence:
            return _EXCEPTION.search(lowered, start, end)
    return None


def _is_theirs(lowered: str, strangers: list[int], start: int, end: int) -> bool:
    """Whether the last people before a mode are strangers."""
    before = [stranger for stranger in strangers if stranger <= start]
    if not before:
        return False
    served = _SERVED.match(lowered, before[-1])
    return not (_OWN.search(lowered, served.end() if served else before[-1], start) or _JOB_AFTER.match(lowered, end))


def _is_compound(text: str, end: int) -> bool:
    """Whether a mode is the first part of a word that is no work: "Remote-Zugriff", not "Remote-Stelle"."""
    noun = _COMPOUND.match(text, end)
    return noun is not None and not noun[1].lower().startswith(_WORK_IN_GERMAN)


def _is_of_a_thing(text: str, end: int) -> bool:
    """Whether a mode is told of the noun after it, which is no work: "on-site technicians", "a remote connection"."""
    noun = _NOUN.match(text, end)
    if noun is None or not _companions().isdisjoint((noun[1], noun[1].partition("-")[0])):
        return False
    return _OF_A_JOB.match(text, end) is None


@cache
def _companions() -> frozenset[str]:
    """Words after "remote" and its like that leave it a mode of the job: kinds of work, and words of no sense."""
    return frozenset(row["word"] for row in lines("arrangements") if row["kind"] == "companion")
