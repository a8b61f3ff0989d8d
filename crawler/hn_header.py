"""The first line of a hiring comment, taken apart: company, roles, places, work mode, employment, pay.

The custom is `Company | Role(s) | Place | REMOTE | pay | url`, but the order is free, the sign between may be a dash, a
slash or a semicolon, the line may run into prose or be broken in two, and some write labels (`Location: ...`) or no
such line at all. Nothing is guessed: what a part is must be shown by its own words (`hn_words.toml`), and what is not
shown stays empty. Fields stand as printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import Final

from crawler.hn_places import COMMA, EDGE, PART_CHARS, URL, found, is_place, pieces_of, places_in
from crawler.hn_roles import has_noun, is_field, is_role, without_brackets, words

MOST_CHARS: Final = 100_000
HEADER_CHARS: Final = 500
COMPANY_CHARS: Final = 70
_LINK: Final = re.compile(r"<a\s[^<>]{0,300}?href=\"([^\"<>]{0,2000})\"[^<>]{0,200}>[^<]{0,2000}</a>", re.I)
_BREAK: Final = re.compile(r"<(?:p|/p|br|br ?/|pre|/pre|li|/li)>|\n", re.I)
_TAG: Final = re.compile(r"</?[a-z][^<>]{0,300}>", re.I)
_PIPE: Final = re.compile(r"\s*[|\uff5c\u00a6]+\s*")
_OTHERS: Final = tuple(
    re.compile(sign)
    for sign in (
        r"\s*\u2022\s*|\s+\u00b7\s+",
        r"\s+[-\u2013\u2014]{1,3}\s+|\s*\u2014\s*",
        r"\s*/\s+|\s+/\s*",
        r"\s*;\s+",
    )
)
_HOST: Final = re.compile(r"^(?:https?://)?(?:www\.)?((?:[\w-]{1,63}\.){1,4}[a-z]{2,18})(?:[/?#]\S{0,500})?$", re.I)
_LABEL: Final = re.compile(
    r"^(company|employer|roles?|positions?|job title|title|locations?|where|remote|type|employment(?: type)?|salary|"
    r"compensation|comp|pay|rate|visa|url|website|stack|tech|contact|email|apply|description|about)\s{0,3}:\s*(.*)$",
    re.I,
)
LABELLED: Final = frozenset(("location", "role", "type", "salary"))
_NAMES: Final = {"employer": "company", "position": "role", "job title": "role", "title": "role", "where": "location",
    "employment": "type", "employment type": "type", "compensation": "salary", "comp": "salary", "pay": "salary",
    "rate": "salary"}  # fmt: skip
_MONEY: Final = re.compile(
    r"[$\u20ac\u00a3\u00a5\u20b9]\s?\d[\d.,]{0,12}+(?!\s?(?:bn|b|m|mm|billion|million)\b)|\d\s?[$\u20ac\u00a3](?!\d)|\b\d{1,3}\s?k\b(?!\s*(?:users|stars|customers|loc|lines))|"
    r"\b(?:USD|EUR|GBP|CHF|CAD|AUD|SGD|SEK|PLN|INR)\b|\bLPA\b|^\s*(?:salary|compensation|comp|pay)\b",
    re.I,
)
_TAIL: Final = re.compile(
    r"(?<=\S)\s+(?=(?:We['\u2019]?(?:re|ve)?|Join us|Our|I['\u2019]m|Come|Hiring in|You|Why|"
    r"[A-Z][\w.]{1,30} (?:is|are|was|has|builds?|helps?|makes?|processes))\s)"
)
_TITLE_LINE: Final = re.compile(r"who\s?(?:is|['\u2019]s)\s?hiring", re.I)
_NAME_NOTE: Final = re.compile(
    r"\s*\((?:https?://|www\.|yc\b|ycombinator|y combinator|series\b|formerly|acquired|nasdaq|nyse|"
    r"[\w.-]{1,60}\.[a-z]{2,12}[)/])"
    r"[^()]{0,300}\)?|\s*,?\s*\(?\byc\b[^,()|]{0,12}\)?(?=\s|$)|\s*<?https?://\S{1,500}",
    re.I,
)
_MARKDOWN: Final = re.compile(r"\[([^\[\]]{1,80})\]\([^()]{0,500}\)")


@dataclass(frozen=True, slots=True)
class Header:
    """What a comment's first line says, as printed; `n_kinds` kinds of parts were recognised in it."""

    text: str = ""
    company: str = ""
    titles: tuple[str, ...] = ()  # parts that name roles, not yet split
    fields: tuple[str, ...] = ()  # parts that may name the work where no part names a role
    places: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    employments: tuple[str, ...] = ()
    pay: tuple[str, ...] = ()
    n_kinds: int = 0


def lines_of(html: str) -> list[str]:
    """The non-empty lines of a comment as plain text, links as their addresses."""
    linked = _LINK.sub(lambda link: link[1], html[:MOST_CHARS])
    plain = (unescape(_TAG.sub("", line)) for line in _BREAK.split(linked))
    return [told for line in plain if (told := " ".join(_MARKDOWN.sub(r"\1", line).split()))]


def read_header(lines: Sequence[str]) -> Header:
    """The header of a comment's lines."""
    kept = [line for line in lines[:12] if not (_TITLE_LINE.search(line) and len(line) < 60)]
    labels = _labels(kept)
    text, parts = _first_with_parts([_joined(kept), *kept[1:3]])
    if "|" not in text and ("company" in labels or len(labels.keys() & LABELLED) > 1):
        return _of_labels(kept, labels)
    if not parts and (is_role(text) or _LABEL.match(text)):
        parts = [text]
    if _n_typed(parts) < 3:
        parts += [
            labels[name] for name in ("location", "type", "salary") if 0 < len(labels.get(name, "")) <= PART_CHARS
        ]
    return _of_parts(text, parts)


def _first_with_parts(lines: Sequence[str]) -> tuple[str, list[str]]:
    """The first line that shows parts, if one of the first three does; else the first line of all."""
    for at, line in enumerate(lines):
        text = line[:HEADER_CHARS]
        parts = _parts(text)
        if parts and (at == 0 or (len(line) < HEADER_CHARS and _n_shown(parts) > 1)):
            return text, parts
    return (lines[0][:HEADER_CHARS] if lines else ""), []


def _labels(lines: Iterable[str]) -> dict[str, str]:
    told: dict[str, str] = {}
    for match in (match for line in lines if (match := _LABEL.match(line)) and match[2]):
        name = match[1].lower()
        told.setdefault(_NAMES.get(name, _NAMES.get(name.rstrip("s"), name.rstrip("s"))), match[2].strip())
    return told


def _of_labels(lines: Sequence[str], labels: dict[str, str]) -> Header:
    """The header of `Company: ...`, `Location: ...` lines; a line before them may be the company, or a role."""
    first = lines[0] if not _LABEL.match(lines[0]) and len(lines[0]) <= PART_CHARS else ""
    places = [label for name in ("location", "remote") if (label := labels.get(name, "")) and len(label) > 3]
    remote = labels.get("remote", "").lower()
    parts = [first, *(labels[name] for name in ("role", "type", "salary") if name in labels), *places]
    told = _of_parts(" | ".join(part for part in parts if part), [part for part in parts if part])
    modes = (*told.modes, *(["Remote"] if remote.startswith("yes") else []))
    titles = (labels["role"],) if is_role(labels.get("role", "")) else told.titles
    company = _name(labels.get("company", "")) or told.company
    pay = (labels["salary"],) if "salary" in labels else told.pay
    header = " | ".join(line for line in lines if line == first or _LABEL.match(line))[:HEADER_CHARS]
    return Header(header, company, titles, told.fields, told.places, modes, told.employments, pay, max(2, told.n_kinds))


def _joined(lines: Sequence[str]) -> str:
    """The first line, with the next where it was broken: `Acme` alone before `Remote | Full-time`, or an open end."""
    told = lines[0] if lines else ""
    for line in lines[1:3]:
        is_open = told.endswith("|") or line.startswith(("|", "("))
        is_name = "|" not in told and len(told.split()) <= 6
        if not ("|" in line and all(len(part) <= PART_CHARS for part in line.split("|")) and (is_open or is_name)):
            break
        told = f"{told} {line}" if is_open else f"{told} | {line}"
    return told


def _parts(text: str) -> list[str]:
    """The parts between the signs that this line uses, and none where it uses none."""
    if "|" in text or "\uff5c" in text:
        first, *rest = pieces_of(text, _PIPE) or [""]
        return [*_of_dash(first), *(part for told in rest if (part := _without_prose(told)))]
    for sign in _OTHERS:
        parts = pieces_of(text, sign)
        if len(parts) > 2 and len(parts[0]) <= COMPANY_CHARS and _n_typed(parts[1:4]):
            return parts
        if len(parts) == 2 and len(text) <= 200 and all(_kind(part) for part in parts[1:]):
            return parts
    parts = pieces_of(text, COMMA)
    kinds = [_kind(part) for part in parts] if len(text) <= 200 else []
    is_list = len(parts) > 2 and _n_shown(parts[1:]) > 1
    return parts if kinds and (is_list or (kinds[0] == "role" and _n_shown(parts) > 1 and all(kinds))) else []


def _without_prose(part: str) -> str:
    """A part that runs into the text, up to there: `Full-time We are ...`."""
    tail = _TAIL.search(part)
    return part[: tail.start()].strip(EDGE) if tail and tail.start() else part


def _of_dash(first: str) -> list[str]:
    """`Acme - Remote | ...`: a name and what follows it."""
    name, *rest = pieces_of(first, _OTHERS[1])
    return [name, *rest] if rest and not _kind(name) and all(map(_kind, rest)) else [first]


def _n_shown(parts: Iterable[str]) -> int:
    return len({kind for part in parts if (kind := _kind(part)) not in ("", "aside", "url", "field")})


def _n_typed(parts: Iterable[str]) -> int:
    return sum(bool(_kind(part)) for part in parts)


@lru_cache(maxsize=4096)
def _kind(part: str) -> str:
    """What a part is by its own words: url pay role mode employment place aside field, "" when nothing shows it."""
    bare = URL.sub(" ", part).strip(EDGE)
    bare = bare[1:-1] if bare.startswith("(") and bare.endswith(")") else bare
    if not bare or (_HOST.match(bare) and not _known(bare)):
        return "url"
    if _MONEY.search(without_brackets(bare)) and not is_role(_without_money(bare)):
        return "pay"
    if is_role(bare):
        return "role"
    if found("modes").search(bare):
        return "mode"
    if found("eligibility").search(without_brackets(bare)):
        return "aside"
    if is_place(bare):
        return "place"
    if found("employments").search(bare):
        return "employment"
    if is_field(bare) and not _known(bare):
        return "field"
    return "aside" if found("asides").search(bare) or _known(bare) else ""


def _without_money(part: str) -> str:
    return part if not _MONEY.match(part) else ""


def _known(part: str) -> bool:
    """Whether a part is a list of tools."""
    told = [piece.strip(" ()").lower() for piece in re.split(r"[,/&+]|\band\b|\s\+\s", part)]
    return bool(told) and all(piece in words("tools") for piece in told if piece)


def _of_parts(text: str, parts: Sequence[str]) -> Header:
    kinds = [_kind(part) for part in parts]
    company_at, company = _company(parts, kinds)
    rest = [(part, kind) for at, (part, kind) in enumerate(zip(parts, kinds, strict=True)) if at != company_at]
    if company_at >= 0:
        rest += [(note, "mode") for note in _mode_notes(parts[company_at])]
    told = {name: tuple(part for part, kind in rest if kind == name) for name in ("role", "field", "pay")}
    spoken = [part for part, kind in rest if kind not in ("url", "")]
    return Header(
        text=text,
        company=company,
        titles=told["role"],
        fields=told["field"],
        places=tuple(dict.fromkeys(place for part, kind in rest for place in places_in(part, kind))),
        modes=_tokens("modes", [" ".join(_notes(part)) if kind == "role" else part for part, kind in rest if kind]),
        employments=_tokens("employments", spoken),
        pay=tuple(URL.sub("", part).strip(EDGE) for part in told["pay"])
        + tuple(note for part in told["role"] for note in pay_notes(part)),
        n_kinds=len({kind for kind in kinds if kind not in ("", "aside")}) if len(parts) > 1 else 0,
    )


def _tokens(name: str, parts: Iterable[str]) -> tuple[str, ...]:
    told = [match[0].strip() for part in parts for match in found(name).finditer(URL.sub("", part)[:200])]
    return tuple({token.lower(): token for token in reversed(told)}.values())[::-1]


def _company(parts: Sequence[str], kinds: Sequence[str]) -> tuple[int, str]:
    """(which part, the name in it): the first, unless its words show that it is something else."""
    for at, part in enumerate(parts):
        if (label := _LABEL.match(part)) and label[1].lower() in ("company", "employer"):
            return at, _name(label[2])
    if len(parts) < 2:
        return -1, ""
    if _is_first(parts[0], kinds):
        return 0, _name(parts[0])
    free = [at for at in range(1, len(parts)) if not kinds[at] and _could_be_name(parts[at])]
    if free:
        return free[0], _name(parts[free[0]])
    hosts = (_own_host(url[0]) for part in parts if (url := URL.search(part)))
    return -1, next((host for host in hosts if host), "")


def _is_first(part: str, kinds: Sequence[str]) -> bool:
    """Whether the first part is the name, as is the custom."""
    if kinds[0] == "role":
        return kinds.count("role") > 1 and not _is_plain_title(part)
    if kinds[0] == "place":
        return not _is_wholly_place(part)
    if kinds[0] in ("mode", "employment"):
        bare = found("modes", "employments").sub("", without_brackets(part))
        return bare.strip(EDGE) == without_brackets(part).strip(EDGE) or (
            kinds[0] == "employment" and bool(bare.strip(EDGE))
        )
    return kinds[0] in ("", "aside", "field") or (kinds[0] == "url" and "://" not in part) or _is_named(part)


def _is_plain_title(part: str) -> bool:
    return part.strip().lower().partition(" ")[0] in words("levels")


def _is_wholly_place(part: str) -> bool:
    pieces = [piece.strip(" .").lower() for piece in re.split(r"[,/]| or | and ", without_brackets(part))]
    return all(piece in words("cities") or piece in words("regions") for piece in pieces[-1:] + pieces[1:])


def _is_named(part: str) -> bool:
    """`Coder (https://coder.com)`: an address behind it shows a name."""
    note = _NAME_NOTE.search(part)
    return note is not None and "http" in note[0] and not has_noun(part[: note.start()]) and note.start() > 0


def _could_be_name(part: str) -> bool:
    return len(part) <= 50 and len(part.split()) <= 6 and part[:1].isupper() and not URL.search(part)


def _own_host(part: str) -> str:
    match = _HOST.match(part.strip(EDGE + "()"))
    host = match[1].lower() if match else ""
    return "" if any(host == other or host.endswith(f".{other}") for other in words("hosts")) else host


def _name(part: str) -> str:
    """The name without what is written behind it: an address, an accelerator, a mode in brackets, a clause."""
    told = _NAME_NOTE.sub("", part)
    for note in _mode_notes(told):
        told = told.replace(f"({note})", "")
    told = re.split(r"\s+(?:is|are)\s+(?:a|an|the|hiring|looking|building)\b", told, maxsplit=1)[0].strip(EDGE + "[]")
    return (told or _own_host(part) or part)[: COMPANY_CHARS + 1] if len(told) <= COMPANY_CHARS else ""


def _notes(part: str) -> list[str]:
    return re.findall(r"\(([^()]{1,80})\)", part)


def _mode_notes(part: str) -> list[str]:
    return [note for note in _notes(part) if found("modes").search(note) or is_place(note)]


def pay_notes(part: str) -> list[str]:
    """What stands of pay in the brackets of a part."""
    return [note for note in _notes(part) if _MONEY.search(note)]
