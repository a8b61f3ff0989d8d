"""Where people of a job sit, by words of being at a place: the weakest evidence, asked only where there is no other.

"Position reports to the Atlanta office", "all researchers work on the trading floor": a verb of being somewhere, a
preposition and a kind of building in that order, in any of nine languages at once; or a line that names a shift.
"""

from __future__ import annotations

import re

from analytics.marked import told_in_sentences
from analytics.scan import Scan, lower

__all__ = ("weak_mode",)

_BEING = (
    r"work|works|working|worked|sit|sits|sitting|based|located|situated|stationed|housed|placed|assigned|reports?|"
    r"reporting|spends?|join|joins|joining|performed|takes? place|"
    r"presen(?:t|ce|za|cia|ça)|présen(?:t|te|ce)|anwesen(?:d|heit)|präsenz|aanwezig|attendance|you'll be|you will be|"
    r"carried out|conducted|together|"
    r"arbeitest|arbeiten|arbeitet|sitzt|sitzen|tätig|eingesetzt|angesiedelt|beschäftigt|zusammen|"
    r"travaill\w{1,5}|installée?s?|basée?|située?|exerce\w{0,3}|rattachée?|rejoi\w{1,6}|"
    r"trabaj\w{1,6}|trabalh\w{1,6}|ubicad[oa]|situad[oa]|basad[oa]|baseado|lavor\w{1,5}|basat[oa]|"
    r"werkt|werken|gevestigd|pracuj\w{1,4}|pracy|arbetar|sitter|jobbar|jobber|arbejder|sidder"
)
_BY = (
    r"in|at|on|from|to|inside|within|im|am|an|auf|bei|beim|dans|à|au|aux|sur|en|em|na|no|nel|nella|nello|presso|op|te|w|"
    r"på|i|hos|out of"
)
_HOUSE = (
    r"office|headquarters|hq|campus|site|facility|building|lab|"
    r"laboratory|labs|data cent(?:er|re)|depot|plant|factory|"
    r"floor|"
    r"warehouse|workshop|studio|hangar|hospital|infirmary|clinic|museum|shipyard|yard|garage|premises|observatory|"
    r"greenhouse|institute|"
    r"clean ?room|mill|foundry|mine|airport|proving ground|"
    r"büro|rechenzentrum|werk|halle|labor|standort|klinik|klinikum|krankenhaus|zentrale|werkstatt|betriebshof|lager|"
    r"bureau|locaux|siège|usine|atelier|laboratoire|hôpital|entrepôt|agence|"
    r"oficina|sede|planta|fábrica|laboratorio|instalaciones|instalações|escritório|almacén|"
    r"ufficio|stabilimento|magazzino|kantoor|vestiging|fabriek|biurze|siedzibie|zakładzie|kontor|kontoret"
)
_SEAT = re.compile(  # `(?<!\w)` before words means `\b`, tried once a word, not twice
    rf"(?<!\w)(?:{_BEING})\b[^.;:!?\n]{{0,40}}?(?<!\w)(?:{_BY}) "
    r"(?:(?!(?:of|for|with|and|von|für|mit|und|de|pour|customer|client)\w{0,2} )[\w'’-]{1,16},? ){0,4}"
    rf"(?:{_HOUSE})(?!\w)"
)
_HOME = re.compile(
    rf"\b(?:{_BEING}|be|live|living|do|you)\b[^.;:!?\n]{{0,40}}?\b(?:from home|von zu ?hause|de chez (?:toi|vous)|"
    r"depuis chez (?:toi|vous|soi)|desde (?:tu |su )?casa|da casa|de casa|vanuit huis|hemifrån|hjemmefra|z domu|"
    r"from anywhere|anywhere (?:between|in)|wherever you|von dort|desde cualquier|z dowolnego miejsca)\b|"
    r"\bwork[- ]from[- ]home\b"
)
_HEDGED = re.compile(
    r"\b(?:may|might|can|could|option\w*|possib\w+|occasion\w+|sometimes|some|allow\w*|when|able|part|partly|partially|days?|"
    r"möglich\w*|kannst|können|gelegentlich|tage?|possib\w+|peu\w|pouv\w+|jours?|pued\w+|posib\w+|días?|può|puoi|giorn\w|"
    r"kun|kan|mogelijk\w*|dag\w*|możliw\w+|możesz|dni|pode\w*|possív\w+|dias?|policy|balance|benefit\w*|perk\w*)\b"
)
_ANYWHERE = re.compile(r"anywhere (?:between|in)|wherever you|cualquier|dowolnego|partout")
_OTHERS_HOME = re.compile(
    r"\b(?:customers?|clients?|users?|patients?|people|help\w*|enabl\w+|their|week\w*|months?|year|abroad|not|no|nicht|kein\w*|pas|nie|niet)\b"
)
_AT_CLIENT = re.compile(  # one client's place is the place of work, those of many are travel
    r"\b(?:work|works|working|deployed|seconded|placed|stationed|embedded|assigned|based|located|posted|performed|"
    r"arbeitest|arbeiten|eingesetzt|tätig|travaill\w{1,5}|basée?|détachée?|trabaj\w{1,6}|trabalh\w{1,6}|lavor\w{1,5}|"
    r"werkt?|werken|gedetacheerd|pracuj\w{1,4}|pracy)\b[^.;:!?\n]{0,40}? "
    r"(?:(?:at|from|in|on|out of|to) (?:(?:the|our|one|a|its|their) )?(?:\w+ )?"
    r"(?:(?:client|customer|ministry|agency)(?:['’]s)? (?:site|premises|office|location|facility|campus)|"
    r"(?:its|their) premises)|"
    r"(?:beim|direkt beim) (?:kunden|auftraggeber)|in den räumen (?:des|unseres) (?:kunden|auftraggebers)|"
    r"(?:dans les locaux d[ue]|chez) (?:client|notre client|le client)|"
    r"(?:en|desde) las (?:oficinas|instalaciones) del cliente|nas instalações do cliente|"
    r"presso (?:la sede del|il) cliente|bij de (?:klant|opdrachtgever)|"
    r"w (?:siedzibie|biurze) klienta)"
)
_AT_TIMES = re.compile(
    r"\b(?:if|when|whenever|sometimes|occasion\w+|visit\w*|travel\w*|may|might|can|or|remote\w{0,2}|home|partly|"
    r"days?|weeks?|"
    r"(?<!full[- ])times?|%|interview\w{0,3}|gelegentlich|zeitweise|teilweise|tage?n?|oder|ou|o|lub|of|jours?|días?|"
    r"parfois|percent|workshops?|meetings?)(?!\w)"
)
_SHIFT = re.compile(
    r"\b(?:night|evening|second|third|1st|2nd|3rd|rotating|swing|\d{1,2}[- ]hour) shifts?\b|nachtschicht"
)
MAX_LINE = 60  # characters of a line that names the shift of this job and no more
MOST = 30
_NOT_THIS_JOB = re.compile(
    r"\b(?:if|when|whenever|before|customers?|clients?|kunden|visit\w{0,3}|travel\w{0,3}|interview\w{0,3}|lunch\w{0,2}|"
    r"or|remote\w{0,2}|anywhere|wherever|sometimes|across|both|website)\b"
)


def weak_mode(scanned: Scan) -> str:
    """The mode that is told by where the people of this job are said to be, or ""."""
    found = {told for _, told in told_in_sentences(scanned, "seat", _told, MOST)}
    return "hybrid" if len(found) > 1 else next(iter(found), "")


def _told(text: str, start: int, end: int) -> str:
    sentence = lower(text[start:end])
    if len(sentence) < MAX_LINE and _SHIFT.search(sentence):
        return "onsite"
    if _HOME.search(sentence):
        return _by_home(sentence)
    if _AT_CLIENT.search(sentence) and not _AT_TIMES.search(sentence):
        return "onsite"
    if _SEAT.search(sentence) and not _NOT_THIS_JOB.search(sentence):
        return "onsite"
    return ""


def _by_home(sentence: str) -> str:
    """Work from home is the rule of a job unless it is allowed for a while."""
    if _OTHERS_HOME.search(sentence):
        return ""
    return "hybrid" if not _ANYWHERE.search(sentence) and _HEDGED.search(sentence) else "remote"
