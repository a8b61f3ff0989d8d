"""The row of a sentence rid of letters that stand for something else than where this job is done.

"Telework: none" denies, "remote status: on site" asks and answers, "flexitime without core hours, home working" denies
only the hours, machines are mended remotely by people who are not.
"""

from __future__ import annotations

import re

from analytics.mode_others import without_others
from analytics.mode_row import Row, Word

__all__ = ("cleared",)

_MONEY = re.compile(r"[GHORS]_{0,2}\$|r_?\$|\$_{0,5}[GHO]|\$_{0,2}[Rr]")
_BESIDE = re.compile(r"[,:;]| (?:and|und|sowie|et|y|e|en|och|oraz|plus) ")
_NO_HOME = re.compile(r"Z_{0,3}[GRrH]")
_LABEL_NO = re.compile(r"[GRrH]_{0,2}Z")
_ASKED = re.compile(r"[RrGH]_?(?=[SYRrO])")
_WISH = re.compile(r"[Rr].*Z")
_UNFIT = re.compile(
    r"\b(?:if|wenn|falls|si|se|als|jeśli)\b.{0,40}\b(?:want|need|look|seek|prefer|requir|busca|cherch|such|wünsch|zoek|"
    r"szuka|cerc|procur)"
)
_MODES = frozenset("RrYyGHXS")
_AWAY = frozenset("GHRr")
_AWAY_TOO = frozenset("GHRrA")
_SITES = frozenset("YySOBDAW")
_PEOPLE = re.compile(r"NR$|NR(?=_)")
_RARE = (
    r"(?:(?:s[oó]lo )?en casos excepcionales|apenas em casos exce\w+|"
    r"solo in casi eccezionali|in uitzonderlijke gevallen|"
    r"w wyjątkowych \w+|"
    r"occasional(?:ly)?|now and then|now and again|once in a while|from time to time|exceptional(?:ly)?|ad[- ]hoc|"
    r"in exceptional (?:cases|circumstances)|ausnahmsweise|gelegentlich\w{0,3}|ab und zu|in ausnahmefällen|"
    r"ponctuel\w{0,6}|occasionnel\w{0,6}|exceptionnel\w{0,6}|excepcional\w{0,5}|ocasional\w{0,5}|occasional[ei]|"
    r"the odd|odd day|incidenteel|af en toe|okazjonaln\w{1,2}|sporadyczn\w{1,2}|"
    r"wyjątkow\w{1,2}|undantagsvis)"
)
_BARE = (" n", " y")
_ANSWER = re.compile(r"[?:] ?:? ?(y|n|yes|no|ja|nein|nee|oui|non|sí|si|sim|não|tak|nie|nej|sì)$")
_RARELY = re.compile(rf"\b{_RARE}(?: \w{{1,10}})?(?: from)?[ -][\w -]{{0,24}}$")
_LINKS = "and|or|with|but|und|oder|mit|aber|et|ou|avec|y|o|con|e|en|of|met|i|lub|z"
_RARE_AFTER = re.compile(rf"(?: (?!(?:{_LINKS})\b)\w{{1,12}}){{0,5}} {_RARE}\b")
_ONLY_RARE = re.compile(
    r"\b(?:only|nur|lediglich|uniquement|seulement|que|s[oó]lo|solamente|soltanto|tylko|wyłącznie|alleen|slechts|apenas|"
    r"somente) (?:\w{1,9} )?(?:in|bei|dans|à titre|en|per|w|jako|op|by|by way of|ausnahmsweise|exceptionally|on|em)?\b"
)
_IS_EXCEPTION = re.compile(r"exce|ausn|eccez|wyjąt|uitzond")
_MONTH = re.compile(  # "8 giorni al mese"
    r"\b(?:days?|tage?n?|jours?|d[ií]as?|giorn[oi]|dag(?:en|ar|e)?|dni|dzień)(?: [\w’'-]{2,14}){0,3}? ?"
    r"(?:(?:(?:a|per|each|every|im|pro|par|al|por|ao|w|i|in de) |/ ?)"
    r"(?:months?|monat|mois|mes|mese|mês|maand|miesiącu|månaden)\b|"
    r"monthly|monatlich|miesięcznie|mensuel|mensual|mensili|mensais|maandelijks)"
)
_DAYS_OF_IT = re.compile(r"[ND][_ND]{0,4}$")  # "now and then a day at home"
_AT_HOME = ("work at home", "work from home", "working at home")
_MAY = re.compile(r"\b(?:may|can|could|able to|allowed to|permitted to|option to|free to) (?:\w+ )?$")
_BESIDE_IT = 30
_SEEKS = re.compile(r"\b(?:suchen|sucht|suche|gesucht|verstärk\w+)\b")
_ON_SITE = frozenset("SOBPv$")
_TOWN = re.compile(r"(?: ?[-–:,(]| in)? ?[A-Z][\w. ]{2,24}, [A-Z]{2}\b")
_STOPS = ("", ",", ";", ":", ".", "(")
_NO_GUESTS = str.maketrans("MPs", "___")
_DONE = re.compile(r"\b(?:is|are|be|been|being|was|were|gets?) (?:\w{2,9}ly )?(\w{2,12}ed) $")
_WORKED = frozenset(("based", "performed", "completed", "conducted", "located", "employed", "hired", "worked", "done"))
_SERVICE = re.compile(  # "supporto da remoto alle linee": what is done for customers
    r"\b(?:support\w?|soporte|suporte|wsparcie|stöd|assisten\w{1,3}|assistance|asistencia|assistência|serwis|maintenance|"
    r"manuten\w+|mantenimiento|wartung|fernwartung|onderhoud|diagnos\w+|monitor\w+|überwach\w+|surveillance|"
    r"monitoraggio|dépannage|formazion\w|schulung\w*|commissioning|messa in servizio|collabora\w+)"
    r"(?: (?!from|is|are)\w{1,12})? (?:da |de |à |a |per |op |på |w trybie )?$"
)
_MACHINE = re.compile(  # "gestión remota de dispositivos", no "modalidad remota": the noun before tells
    r"\b(?!posi[cçz]|ubica|condi|situa|contrata)\w{2,14}(?:ión|zione|ção|gía|gia|ncia|nza|nosi|nóstico|ggio|taje|agem|trol|trollo|ceso|"
    r"cesso|sing|trôle|tance|nnecteur|tenance|llance|ezza|peração|sori|cceso|cesso|ccesso) $"
)
_IS_WORK = re.compile(
    r"\bwork|\bbased|\bliv(?:e|ing)|\brole\b|\bposition|\bjob\b|\bteam|\bhir|\bavailable|\boperat|\beveryone"
)


def cleared(said: Row, text: str, lowered: str, start: int, end: int) -> Row:
    """The row of the sentence `lowered[start:end]` with `_` for letters that say nothing of this job."""
    letters = said.letters
    if not _MODES.isdisjoint(letters):
        letters = without_others(said, letters, text, lowered, start, end)
    if "$" in letters:
        letters = _MONEY.sub(lambda found: _unpaid(said, found, lowered), letters)
    if lowered.find("?", start, end) >= 0 or lowered[end - 2 : end] in _BARE:
        letters = _answered(said, letters, lowered, end)
    if "Z" in letters:
        letters = _denials(said, letters, lowered, start, end)
    if lowered.find(":", start, end) >= 0:
        letters = _asked(said, letters, lowered)
    if "G" in letters and "Home Office" in text:
        letters = _headquarters(said, letters, text)
    if not _AWAY_TOO.isdisjoint(letters):
        letters = _monthly(said, _rare(said, letters, lowered), lowered, start, end)
    if "r" in letters:
        letters = _permitted(said, letters, lowered)
    if "S" in letters or "R" in letters:
        letters = _own(said, letters, lowered, start, end)
    return said if letters == said.letters else said._replace(letters=letters)


def _answered(said: Row, letters: str, lowered: str, end: int) -> str:
    """Of a field that asks: "Located remotely? N"."""
    asked = [at for at in said.words if letters[at : at + 1] in ("R", "r", "G", "H")]
    found = _ANSWER.search(lowered, said.words[asked[-1]].end, end) if asked else None
    if found is None:
        return letters
    told = "rz" if found[1][0] == "n" else "r"
    return f"{letters[: asked[-1]]}{told}".ljust(len(letters), "_")


def _headquarters(said: Row, letters: str, text: str) -> str:
    """`O` for the "Home Office" of a chain of shops, which is its headquarters: a name, with a town and its state."""
    for at, word in said.words.items():
        is_named = text.startswith("Home Office", word.start)
        if letters[at : at + 1] == "G" and is_named and _TOWN.match(text, word.end):
            letters = f"{letters[:at]}O{letters[at + 1 :]}"
    return letters


def _unpaid(said: Row, found: re.Match[str], lowered: str) -> str:
    """Blanks, unless one is told beside the other: "a subsidy and mobile work"."""
    between = _between(said, lowered, found.start(), found.end() - 1)
    return found[0] if _BESIDE.search(between) else _blank(found)


def _blank(found: re.Match[str]) -> str:
    return "_" * len(found[0])


def _between(said: Row, lowered: str, first: int, second: int) -> str:
    """What stands between two words of the row."""
    return lowered[said.words[first].end : said.words[second].start]


def _denials(said: Row, letters: str, lowered: str, start: int, end: int) -> str:
    for denied in list(_NO_HOME.finditer(letters)):
        at = denied.start()
        if "," in _between(said, lowered, at, denied.end() - 1):
            letters = f"{letters[:at]}_{letters[at + 1 :]}"
    found = _LABEL_NO.search(letters)
    if found and _between(said, lowered, found.start(), found.end() - 1).rstrip().endswith(":"):
        return f"{letters[: found.start()]}ZG".ljust(found.end(), "_") + letters[found.end() :]
    letters = _excluded(said, letters)
    wish = _WISH.search(letters)
    if wish and _UNFIT.search(lowered, start, end):  # "if you look for remote, we are not for you"
        return f"{letters[: wish.start()]}Zr{letters[wish.end() :]}"
    return letters


def _excluded(said: Row, letters: str) -> str:
    """`R` for the hybrid work that a job is excluded from, which "not hybrid" is not."""
    for at, word in said.words.items():
        if word.value == "excluded":
            letters = letters[:at] + letters[at : at + 8].replace("Y", "R").replace("y", "R") + letters[at + 8 :]
    return letters


def _asked(said: Row, letters: str, lowered: str) -> str:
    asked = _ASKED.search(letters)
    if asked is None or ":" not in _between(said, lowered, asked.start(), asked.end()):
        return letters
    return letters[: asked.start()] + _blank(asked) + letters[asked.end() :]


def _rare(said: Row, letters: str, lowered: str) -> str:
    """`u` for work away from the site that is an exception; "two in Rome and one remote" are people."""
    if "NR" in letters and _SITES.isdisjoint(letters):
        letters = _PEOPLE.sub("N_", letters)
    for at, word in said.words.items():
        if at < len(letters) and letters[at] in _AWAY_TOO and _is_rare(lowered, word.start, word.end):
            before = _DAYS_OF_IT.sub(_blank, letters[:at])
            is_single = before != letters[:at]
            told = "Gz" if is_single or _is_exception(lowered, word.end) else "u"
            letters = f"{before}{told}{letters[at + len(told) :]}"
    return letters


def _monthly(said: Row, letters: str, lowered: str, start: int, end: int) -> str:
    """`y` for days of a month away from the site, which are an arrangement; days of a year are an allowance."""
    found = _MONTH.search(lowered, start, end) if _ON_SITE.isdisjoint(letters) else None
    if found is None:
        return letters
    away = [at for at, word in said.words.items() if letters[at] in _AWAY_TOO and _is_beside(lowered, word, found)]
    low, high = found.span()
    counted = {at for at, word in said.words.items() if away and low - 12 <= word.start < high} - set(away)
    return "".join("y" if at in away else "_" if at in counted else letter for at, letter in enumerate(letters))


def _permitted(said: Row, letters: str, lowered: str) -> str:
    """`H` for "you may work at home", which a job done at home would not say."""
    for at, word in said.words.items():
        is_at_home = letters[at : at + 1] == "r" and lowered[word.start : word.end] in _AT_HOME
        if is_at_home and _MAY.search(lowered, max(0, word.start - _BESIDE_IT), word.start):
            letters = f"{letters[:at]}H{letters[at + 1 :]}"
    return letters


def _is_beside(lowered: str, word: Word, found: re.Match[str]) -> bool:
    """Whether no comma and few words stand between a word and what was found."""
    between = lowered[word.end : found.start()] or lowered[found.end() : word.start]
    return len(between) < _BESIDE_IT and "," not in between


def _is_exception(lowered: str, end: int) -> bool:
    """Whether work away from the site is possible "only in exceptional cases", which makes it no part of the job."""
    found = _RARE_AFTER.match(lowered, end)
    return found is not None and _IS_EXCEPTION.search(found[0]) is not None and _ONLY_RARE.search(found[0]) is not None


def _is_rare(lowered: str, start: int, end: int) -> bool:
    before = lowered[max(0, start - 30) : end]
    return _RARELY.search(before) is not None or _RARE_AFTER.match(lowered, end) is not None


def _own(said: Row, letters: str, lowered: str, start: int, end: int) -> str:
    """Without what is merely done remotely, and without guests and trips where presence is this job's own: in a line
    that opens with it, or "with us"."""
    for at, word in said.words.items():
        if letters[at] == "S" and lowered.startswith("am standort", word.start) and _SEEKS.search(lowered, start, end):
            letters = f"{letters[:at]}_{letters[at + 1 :]}"  # where the employer is that seeks
        elif letters[at] == "S":
            is_opening = (
                at < 2
                and not letters[:at].strip("_m")
                and lowered[word.end : min(end, word.end + 2)].strip()[:1] in _STOPS
            )
            if is_opening or " us" in lowered[word.start : word.end]:
                letters = letters.translate(_NO_GUESTS)
        elif letters[at] == "R" and (_is_manner(lowered, word.start, end) or _is_service(lowered, word.start)):
            letters = f"{letters[:at]}_{letters[at + 1 :]}".replace("S", "_")  # "with technicians on site"
    return letters


def _is_service(lowered: str, at: int) -> bool:
    low = max(0, at - 40)
    if lowered.startswith("remot", at) and _MACHINE.search(lowered, low, at):
        return True
    return _SERVICE.search(lowered, low, at) is not None and not lowered.startswith("remote ", at)


def _is_manner(lowered: str, at: int, end: int) -> bool:
    if not lowered.startswith("remotely", at):
        return False
    done = _DONE.search(lowered, max(0, at - 30), at)
    if done:
        return done[1] not in _WORKED
    return not _IS_WORK.search(lowered, max(0, at - 60), end)
