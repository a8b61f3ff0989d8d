"""The row of a sentence rid of letters that stand for something else than where this job is done.

"Telework: none" denies, "remote status: on site" asks and answers, "flexitime without core hours, home working" denies
only the hours, machines are mended remotely by people who are not.
"""

from __future__ import annotations

import re

from analytics.mode_row import Row

__all__ = ("cleared",)

_MONEY = re.compile(r"[GHORS]_{0,2}\$|\$_{0,5}[GHO]")
_NO_HOME = re.compile(r"Z_{0,3}[GRrH]")
_LABEL_NO = re.compile(r"[GRrH]Z")
_ASKED = re.compile(r"[RrGH]_?(?=[SYRrO])")
_WISH = re.compile(r"[Rr].*Z")
_UNFIT = re.compile(
    r"\b(?:if|wenn|falls|si|se|als|jeśli)\b.{0,40}\b(?:want|need|look|seek|prefer|requir|busca|cherch|such|wünsch|zoek|"
    r"szuka|cerc|procur)"
)
_STOPS = ("", ",", ";", ":", ".", "(")
_NO_GUESTS = str.maketrans("MPs", "___")
_IS_WORK = re.compile(
    r"\bwork|\bbased|\bliv(?:e|ing)|\brole\b|\bposition|\bjob\b|\bteam|\bhir|\bavailable|\boperat|\beveryone"
)


def cleared(said: Row, lowered: str, start: int, end: int) -> Row:
    """The row of the sentence `lowered[start:end]` with `_` for letters that say nothing of this job."""
    letters = said.letters
    if "$" in letters:
        letters = _MONEY.sub(_blank, letters)
    if "Z" in letters:
        letters = _denials(said, letters, lowered, start, end)
    if ":" in lowered[start:end]:
        letters = _asked(said, letters, lowered)
    if "S" in letters or "R" in letters:
        letters = _own(said, letters, lowered, end)
    return said if letters == said.letters else said._replace(letters=letters)


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
    if found and ":" in _between(said, lowered, found.start(), found.start() + 1):
        return f"{letters[: found.start()]}ZG{letters[found.end() :]}"
    wish = _WISH.search(letters)
    if wish and _UNFIT.search(lowered, start, end):  # "if you look for remote, we are not for you"
        return f"{letters[: wish.start()]}Zr{letters[wish.end() :]}"
    return letters


def _asked(said: Row, letters: str, lowered: str) -> str:
    asked = _ASKED.search(letters)
    if asked is None or ":" not in _between(said, lowered, asked.start(), asked.end()):
        return letters
    return letters[: asked.start()] + _blank(asked) + letters[asked.end() :]


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
        elif letters[at] == "R" and _is_manner(lowered, word.start, end):
            letters = f"{letters[:at]}_{letters[at + 1 :]}".replace("S", "_")  # "with technicians on site"
    return letters


def _is_manner(lowered: str, at: int, end: int) -> bool:
    return lowered.startswith("remotely", at) and not _IS_WORK.search(lowered, max(0, at - 60), end)
