"""What the letters of a sentence say by themselves (see `analytics.mode_row`), and all that a posting says together."""

from __future__ import annotations

import re
from collections.abc import Iterable

from analytics.mode_days import Days

__all__ = ("CHOICE", "SIDES", "SITES", "Evidence", "add_modes")

_NOT_HYBRID = re.compile(r"[Zx]_{0,2}[Yy]")
_NO_DAYS = re.compile(r"Z_?[AB]")
_NEAR_SITES = frozenset("FOS")
_NOT_HOME = re.compile(r"Z_{0,2}H")  # "on-premise, trams do not come home"
_DENIED = re.compile(r"[Zx][_IiP]{0,4}[RrG](?!_{0,2}V)|Z_{0,2}X|[RrGH][_Ii]{0,8}z|x_{0,4}H|^[^RrGH]*z[RrG]")
CHOICE = re.compile(
    r"[OSHGRrYyh][^;]{0,10}C|C[^;]{0,10}[OSHGRrYy]|[OS]_{0,2}[HRr]_?V|O[^;]{0,12};_{0,3}C|[RrHG]_{0,6}V[_IiVF]{0,6}[OSYy]|"
    r"[OSYy]_{0,6}V[_IiVF]{0,6}[RrHG]|"
    r"w[^;]{0,10}V_{0,2}[HRr]|[OS]_{0,4}f|f_{0,2}[OS]"
)
_MENU = re.compile(r"[OSYyRrGH](?:[V;]?F?[OSYyRrGH]){2}")  # "office, hybrid or remote": no word between
SIDES = {"O": "on", "S": "on", "Y": "both", "y": "both", "R": "off", "r": "off", "G": "off", "H": "off"}
SITES = frozenset("OSYyB")
_REST_FREE = re.compile(r"[QE].*e_?X")  # "half the week with us, otherwise work where you like"
_FREE = re.compile(
    r"(?:[rR]|G_?F|F[_Ii]{0,2}G).*[OS]_{0,4}f|^_*r[^VX;]*;[^VX;]*f"
)  # "remote, with an office for those who like one"
_AWAY_FOR_SOME_TIME = re.compile(
    r"[RrHG]_{0,6}U_{0,3}[ND]{0,2}_?[MD](?!_?W)|[RH]_{0,3}N?_?M(?!_?P)|NM_{0,3}[RH]|U_{0,2}D_?M|"
    r"N_{0,2}[MD]_{0,2}M_{0,5}[RrHG]|NM_{0,3}r_{0,2}M|M_{0,2}r_{0,3}M"
)
_WHOLLY_REMOTE = ("remote", "wholly")
_EVERY_WEEK = re.compile(r"(?<![PN$])[OS]_{0,2}W(?!_{0,2}M)")
_TRIP = re.compile(r"P[^KW]{0,8}B")  # "home based, with travel to the office for team days"
_PARTLY = re.compile(r"p_{0,3}[RrGH]|[RrGH]_{0,3}p")
_WHOLLY = re.compile(r"F[_Ii]{0,2}[GH]|[GH]_?F")
_PASSING = re.compile(r"S_{0,2}W?[MPs]|S[_IiO]{0,8}s|[MPs]_{0,3}S|s_{0,7}S|o.*S|L.{0,12}S")
_SEAT = re.compile(
    r"i_{0,2}[OSB]|I_{0,1}[O].*[jK]|[jK].*I_{0,1}O|j[_Ii]{0,3}O|O[_Ii]{0,3}j|n[_Ii]{0,3}[OS]|w[_IiUF]{0,3}O|F_{0,2}IO"
)
_NO_SEAT = re.compile(r"[MPsvL$][_Ii]{0,4}[OS]|O_{0,2}W?[MPsv]|[Zx][_Ii]{0,5}[OS]|o|V.*[RrHG]")


class Evidence:
    """What is said: of one sentence, then of a posting by all that its sentences say."""

    __slots__ = ("days", "is_rare", "is_seated", "strong", "tags", "weak")

    def __init__(self) -> None:
        self.strong: set[str] = set()
        self.weak: list[str] = []
        self.is_seated = False  # "in our Nairobi office": enough where nothing else is said
        self.is_rare = False  # "occasional home working", of a job whose site is told elsewhere, or nowhere
        self.tags: set[str] = set()
        self.days: list[Days] = []

    def __bool__(self) -> bool:
        return bool(self.strong or self.weak or self.is_seated or self.is_rare or self.tags or self.days)

    def add(self, said: Evidence, *, is_head: bool) -> None:
        """Adds what a sentence says; a single word in passing is of this job's mode only in the head of a text."""
        self.strong |= said.strong
        self.weak += said.weak if is_head else [mode for mode in said.weak if mode != "remote"]
        self.is_seated = self.is_seated or said.is_seated
        self.is_rare = self.is_rare or said.is_rare
        self.tags |= said.tags
        self.days += said.days

    @property
    def mode_by_days(self) -> str:
        if not self.days:
            return ""
        n = self.n_days
        is_full = (n or 0) >= 5 or any(days.is_week for days in self.days)
        return "onsite" if is_full else "remote" if n == 0 else "hybrid"

    @property
    def n_days(self) -> int | None:
        """The first number of days that is stated."""
        if not self.days:
            return None
        told = [days.n for days in self.days if days.n is not None]
        return next((n for n in told if n < 5), told[0] if told else None)


def add_modes(evidence: Evidence, letters: str, *, is_short: bool) -> None:
    """Adds what the letters of a sentence say by themselves; `is_short` where it has few words."""
    letters = _without_denied(letters)
    strong, said = evidence.strong, set(letters)
    if not said.isdisjoint("Zxz") and _DENIED.search(letters):
        strong.add("denied")
    elif "X" in said or ("d" not in said and _is_choice(letters, said)):
        strong.update(_of_choice(letters, said))
    elif "o" in said or (not said.isdisjoint("MU") and "Y" not in said and _AWAY_FOR_SOME_TIME.search(letters)):
        return
    elif "u" in said and said.isdisjoint("RrGHYyAB"):
        _now_and_then(letters, evidence)
    elif "a" in said:
        strong.add("remote" if said.isdisjoint("OS") else "flexible")
    elif _is_partly(letters, said):
        strong.add("hybrid")
    elif "Y" in said:
        is_weak = not is_short and said.isdisjoint("SOHGRrWKDIiF")
        evidence.weak.append("hybrid") if is_weak else strong.add("hybrid")
    elif "G" in said:
        strong.add("remote" if "r" in said or _WHOLLY.search(letters) else "hybrid")
    else:
        _plain(letters, said, evidence, is_short=is_short)


def _without_denied(letters: str) -> str:
    """Without what is denied and leaves the rest as it is: "not hybrid", "no days at home"."""
    if "Z" in letters or "x" in letters:
        letters = _NO_DAYS.sub("_", _NOT_HYBRID.sub("_", letters))
    if "X" in letters:
        letters = _REST_FREE.sub("y", letters)
    if "Z" in letters and not _NEAR_SITES.isdisjoint(letters):
        letters = _NOT_HOME.sub("_", letters)
    return letters


def _is_choice(letters: str, said: set[str]) -> bool:
    if not said.isdisjoint("CVf") and CHOICE.search(letters):
        return True
    return not said.isdisjoint("Yy") and _is_menu(letters)


def _of_choice(letters: str, said: set[str]) -> Iterable[str]:
    """Of a free choice: whether it is among places, whether a site is one of them."""
    if _FREE.search(letters):
        return _WHOLLY_REMOTE
    is_desk = said.isdisjoint("RrGHYyXu")  # free to come, not to stay away: of remote jobs too
    return "optional" if is_desk else "flexible", "anywhere" if SITES.isdisjoint(said) else "sited"


def _now_and_then(letters: str, evidence: Evidence) -> None:
    """Of "occasional home working": the site of a job stays its place, where one is told."""
    if "S" in letters or _SEAT.search(letters):
        evidence.strong.add("onsite" if ";" in letters else "hybrid")
    else:
        evidence.is_rare = True


def _is_partly(letters: str, said: set[str]) -> bool:
    """Whether both sides are named, or days of one."""
    if not said.isdisjoint("AB") and not ("r" in said and _TRIP.search(letters)):
        return True
    if "y" in said or not (said.isdisjoint("GH") or said.isdisjoint("SOd")):
        return True
    if "p" in said and _PARTLY.search(letters):
        return True
    return "W" in said and _EVERY_WEEK.search(letters) is not None


def _is_menu(letters: str) -> bool:
    found = _MENU.search(letters)
    return found is not None and len({SIDES[letter] for letter in found[0] if letter in SIDES}) == 3


def _plain(letters: str, said: set[str], evidence: Evidence, *, is_short: bool) -> None:
    """Of sentences that name one side only."""
    if "e" in said and not said.isdisjoint("HR"):
        evidence.weak.append("hybrid")  # "the rest of the week from home": of what is told elsewhere
    elif "r" in said or ("F" in said and _WHOLLY.search(letters)):
        evidence.strong.update(_WHOLLY_REMOTE)
    elif "R" in said:
        if is_short:
            evidence.strong.add("remote")
        else:
            evidence.weak.append("remote")  # counts in the head alone, see `Evidence.add`
    elif "S" in said and not _PASSING.search(letters) and "ZS" not in letters and "Z_S" not in letters:
        evidence.strong.add("onsite")
    elif not said.isdisjoint("OSB") and _SEAT.search(letters) and not _NO_SEAT.search(letters):
        evidence.is_seated = True
