"""The row of a sentence rid of letters that stand for something else than where this job is done.

"Telework: none" denies, "remote status: on site" asks and answers, "flexitime without core hours, home working" denies
only the hours, machines are mended remotely by people who are not.
"""

from __future__ import annotations

import re

from analytics.mode_others import without_others
from analytics.mode_row import Row

__all__ = ("cleared",)

_MONEY = re.compile(r"[GHORS]_{0,2}\$|r_?\$|\$_{0,5}[GHO]")
_BESIDE = re.compile(r",| (?:and|und|sowie|et|y|e|en|och|oraz|plus) ")
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
_SITES = frozenset("YySOBDAW")
_PEOPLE = re.compile(r"NR$|NR(?=_)")
_RARE = (
    r"(?:occasional(?:ly)?|now and then|now and again|once in a while|from time to time|exceptional(?:ly)?|ad[- ]hoc|"
    r"in exceptional (?:cases|circumstances)|ausnahmsweise|gelegentlich\w{0,3}|ab und zu|in ausnahmefällen|"
    r"ponctuel\w{0,6}|occasionnel\w{0,6}|exceptionnel\w{0,6}|excepcional\w{0,5}|ocasional\w{0,5}|occasional[ei]|"
    r"incidenteel|af en toe|okazjonaln\w{1,2}|sporadyczn\w{1,2}|undantagsvis)"
)
_BARE = (" n", " y")
_ANSWER = re.compile(r"[?:] ?:? ?(y|n|yes|no|ja|nein|nee|oui|non|sí|si|sim|não|tak|nie|nej|sì)$")
_RARELY = re.compile(rf"\b{_RARE}(?: \w{{1,10}})?(?: from)?[ -][\w -]{{0,24}}$")
_RARE_AFTER = re.compile(
    rf"(?: (?:work|working|is|are|may|can|be|only|possible|allowed|permitted|available|optional|est|demeure|"
    rf"reste|ist|nur|possibile|è|es|posible|mogelijk|jest|możliwa))*+ {_RARE}\b"
)
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
    if "?" in lowered[start:end] or lowered[end - 2 : end] in _BARE:
        letters = _answered(said, letters, lowered, end)
    if "Z" in letters:
        letters = _denials(said, letters, lowered, start, end)
    if ":" in lowered[start:end]:
        letters = _asked(said, letters, lowered)
    if "G" in letters and "Home Office" in text:
        letters = _headquarters(said, letters, text)
    if not _AWAY.isdisjoint(letters):
        letters = _rare(said, letters, lowered)
    if "S" in letters or "R" in letters:
        letters = _own(said, letters, lowered, end)
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
    if _SITES.isdisjoint(letters):
        letters = _PEOPLE.sub("N_", letters)
    for at, word in said.words.items():
        if at < len(letters) and letters[at] in _AWAY and _is_rare(lowered, word.start, word.end):
            letters = f"{letters[:at]}u{letters[at + 1 :]}"
    return letters


def _is_rare(lowered: str, start: int, end: int) -> bool:
    before = lowered[max(0, start - 30) : end]
    return _RARELY.search(before) is not None or _RARE_AFTER.match(lowered, end) is not None


def _own(said: Row, letters: str, lowered: str, end: int) -> str:
    """Without what is merely done remotely, and without guests and trips where presence is this job's own: in a line
    that opens with it, or "with us"."""
    for at, word in said.words.items():
        if letters[at] == "S":
            is_opening = (
                at < 2 and not letters[:at].strip("_m") and lowered[word.end : min(end, word.end + 1)] in _STOPS
            )
            if is_opening or " us" in lowered[word.start : word.end]:
                letters = letters.translate(_NO_GUESTS)
        elif letters[at] == "R" and (_is_manner(lowered, word.start, end) or _is_service(lowered, word.start)):
            letters = f"{letters[:at]}_{letters[at + 1 :]}".replace("S", "_")  # "with technicians on site"
    return letters


def _is_service(lowered: str, at: int) -> bool:
    return _SERVICE.search(lowered, max(0, at - 40), at) is not None and not lowered.startswith("remote ", at)


def _is_manner(lowered: str, at: int, end: int) -> bool:
    if not lowered.startswith("remotely", at):
        return False
    done = _DONE.search(lowered, max(0, at - 30), at)
    if done:
        return done[1] not in _WORKED
    return not _IS_WORK.search(lowered, max(0, at - 60), end)
