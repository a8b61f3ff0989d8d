"""One comment of a hiring thread: whether it hires, and the fields of its postings.

Roles stand in the first line; where it names none, in a list below it ("* Staff Engineer - https://..."), or in a
sentence ("we are hiring a data engineer"). Where no role is found the header itself is the title: it is what was
printed. "Multiple roles" is one posting under that name, whatever the list below it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from crawler.hn_header import Header, lines_of, pay_notes, read_header
from crawler.hn_roles import MOST_ROLES, has_noun, is_role, split_roles
from crawler.spiders.pay import component_of, period_of
from store.posting import Pay

TITLE_CHARS: Final = 200
LEAST_CHARS: Final = 60  # "Remote" alone offers nothing
MOST_LINES: Final = 120
MOST_HEADERS: Final = 12
_SEEKER: Final = re.compile(
    r"^\W{0,3}seeking\b(?!\s+(?:an?|our|the|for)\b)|\bwilling to relocate\s{0,3}:|"
    r"\b(?:r[e\u00e9]sum[e\u00e9]|cv)(?:\s?/\s?(?:cv|r[e\u00e9]sum[e\u00e9]))?\s{0,3}:|"
    r"^\W{0,3}(?:subject|re)\s?:.{0,80}\bapplication\b|"
    r"\b(?:i['\u2019]?m|i am) (?:currently )?(?:looking|searching|available|open) (?:for|to) (?:an? |my |any )?"
    r"(?:new|next|work|job|role|position|opportunit\w*|full[- ]time|part[- ]time|contract|freelance|remote)\b|"
    r"\bmy (?:resume|cv|portfolio) (?:is|can)\b|\bhire me\b|\breaching out regarding your\b",
    re.I | re.M,
)
_ABOUT_THREAD: Final = re.compile(
    r"\b(?:this|these|the) (?:monthly )?(?:threads?|post title|parent)\b|\bwho wants to be hired\b|"
    r"\bwho is hiring posts?\b|\bhnhiring\b|\btop[- ]level\b|\bcomments as of\b|\bcommenters\b|\bflagged\b|"
    r"\bpost only if\b|\bdown ?voted?\b|\bi (?:built|made|wrote|created) (?:a|an|this)\b",
    re.I,
)
_HIRING: Final = re.compile(
    r"\bhiring\b|\b(?:we['\u2019]?re|we are|i['\u2019]?m|is|are) (?:currently |now |also |actively )?"
    r"(?:looking|searching) for\b|\bopen (?:roles?|positions?)\b|\broles? open\b|\bjoin (?:us|our|the|my)\b|"
    r"\b(?:to|can|please) apply\b|\bapply (?:here|at|now|via|by|to|through|directly)\b|\bwe (?:need|seek|want)\b|"
    r"\b(?:job|role|position)s? (?:openings?|available|details|description)\b|\bcareers?\b|\bseeking an?\b|"
    r"\bfull[- ]?time\b|\bco-?founder\b",
    re.I,
)
_INVITES: Final = re.compile(
    r"\b(?:we['\u2019]?re|we are|is|are) (?:\w+ )?hiring\b|\bjoin our [^.]{0,30}team\b|\bopen positions\b", re.I
)
_SENTENCE: Final = re.compile(
    r"\b(?:hiring|looking for|searching for|seeking|to hire|recruiting|in need of|roles? open for|openings? for)\s+"
    r"(?:for\s+|to fill\s+)?(?:(?:a few|an?|few|our|the|one|two|several|some|multiple|more)\s+)?"
    r"((?:[^\s.,;:!?()]{1,24}\s+){0,6}?[^\s.,;:!?()]{2,24})(?=[\s.,;:!?()]|$)",
    re.I,
)
_BULLET: Final = re.compile(r"^(?:[-*\u2022\u00b7\u2013\u2014>\u2192+#=]{1,3}|\d{1,2}[.)]|-->|->|\[\d+\])\s*")
_AFTER_TITLE: Final = re.compile(
    r"\s*(?:[-\u2013\u2014:(|,@]\s*)?https?://|\s*:\s*$|:\s+(?=[A-Z])|\s+[-\u2013\u2014|]\s+|\s*\(?https?:|\s*\(\s*$|\s*[\[\u2192<{]"
)
_ROLE_LABEL: Final = re.compile(r"^(?:role|position|job title|title|opening)s?\s*:\s*(.{2,120})$", re.I)
_LIST_HEAD: Final = re.compile(
    r"\b(?:roles|positions|openings|hiring|looking for|opportunities|jobs)\b[^.]{0,60}:?\s*$", re.I
)
_NUMBER: Final = r"(\d{1,3}(?:[,.' ]\d{3})+|\d{1,6}(?:\.\d{1,2})?)\s?([kK])?"
_RANGE: Final = re.compile(
    rf"{_NUMBER}\s*[A-Z$\u20ac\u00a3]{{0,3}}\s*(?:-|\u2013|\u2014|to)\s*[A-Z$\u20ac\u00a3]{{0,3}}\s*{_NUMBER}"
)
_CODE: Final = re.compile(r"\b(USD|EUR|GBP|CHF|CAD|AUD|NZD|SGD|SEK|NOK|DKK|PLN|CZK|INR|JPY|BRL|ILS)\b")
_SIGNS: Final = {"\u20ac": "EUR", "\u00a3": "GBP"}
_DIGIT: Final = re.compile(r"\d{2,}")


@dataclass(frozen=True, slots=True)
class Parts:
    """The fields of a comment's postings, as printed."""

    header: str
    company: str
    titles: tuple[str, ...]
    places: tuple[str, ...]
    work_mode: str
    employment: str
    pay: tuple[str, ...]

    def pay_of(self, title: str) -> tuple[Pay, ...]:
        """The pay that stands beside a title, or else all that no title has to itself."""
        shared = [raw for raw in self.pay if not any(f"({raw})" in other for other in self.titles)]
        return tuple(map(pay_of, pay_notes(title) or shared))


def is_posting(html: str) -> bool:
    """Whether a comment offers work, by its form first and its words second."""
    lines, header = _read(html)
    plain = "\n".join(lines)
    if _SEEKER.search(plain[:3000]) or header.company.lower() in ("seeking", "seeking work", "seeking freelancer"):
        return False
    if header.n_kinds > 1:
        return True
    if len(plain) < LEAST_CHARS or _ABOUT_THREAD.search(plain) or plain.partition("\n")[0].endswith("?"):
        return False
    names_role = has_noun(plain[:4000]) or bool(header.fields)
    if names_role and (_HIRING.search(plain[:6000]) or header.n_kinds):
        return True
    return "http" in plain and bool(_listed(lines[1:]) or _INVITES.search(plain[:2000]))


def posting_parts(html: str) -> list[Parts]:
    """What a comment that hires says; more than one where further lines have the form of the first."""
    lines, header = _read(html)
    more = [read_header([line]) for line in lines[1:MOST_HEADERS] if _is_header_of(header.company, line)]
    told = [_parts_of(header, lines), *(_parts_of(other, []) for other in more if other.titles)]
    return [parts for parts in told if parts.titles]


def _is_header_of(company: str, line: str) -> bool:
    return bool(company) and line.count("|") > 1 and line.partition("|")[0].strip() == company


def _parts_of(header: Header, lines: Sequence[str]) -> Parts:
    return Parts(
        header=header.text,
        company=header.company or _company_in(lines),
        titles=_titles(header, lines),
        places=header.places,
        work_mode=" / ".join(header.modes),
        employment=", ".join(header.employments),
        pay=header.pay,
    )


@lru_cache(maxsize=4)  # both questions are asked of each comment
def _read(html: str) -> tuple[list[str], Header]:
    lines = lines_of(html)[:MOST_LINES]
    return lines, read_header(lines)


def _titles(header: Header, lines: Sequence[str]) -> tuple[str, ...]:
    told = [role for part in header.titles for role in split_roles(part)]
    told = told or list(header.fields[:1]) or _listed(lines[1:]) or _in_sentence(lines)
    told = told or [header.text[:TITLE_CHARS]]
    return tuple(dict.fromkeys(told))[:MOST_ROLES]


def _listed(lines: Sequence[str]) -> list[str]:
    """Titles that stand in lines of their own: labelled, behind a bullet, before an address, below "Open roles:"."""
    told: list[str] = []
    in_list = False
    for at, line in enumerate(lines):
        label = _ROLE_LABEL.match(line)
        title = _title_of(label[1] if label else line)
        follows = at + 1 < len(lines) and lines[at + 1].startswith("http")
        is_set_apart = bool(label) or bool(_BULLET.match(line)) or "http" in line or in_list or follows
        if title and is_set_apart:
            told.append(title)
            in_list = in_list and len(line) < 160
        else:
            in_list = bool(_LIST_HEAD.search(line[-120:]))
    return list(dict.fromkeys(told))[:MOST_ROLES]


def _title_of(line: str) -> str:
    plain = _BULLET.sub("", line).strip(" *_=")
    cut = _AFTER_TITLE.search(plain)
    title = plain[: cut.start()].strip(" *_:-,") if cut else plain
    is_short = 3 < len(title) <= 90 and len(title.split()) <= 9
    is_name = title[:1].isupper() or title[:1].isdigit()
    return title if is_short and is_name and is_role(title) and not title.endswith(".") else ""


def _in_sentence(lines: Sequence[str]) -> list[str]:
    """The first role that a sentence says is hired for."""
    for line in lines[:30]:
        for match in _SENTENCE.finditer(line[:1500]):
            title = _upto_noun(match[1], line[match.end() :])
            if title:
                return split_roles(title)
    return []


def _upto_noun(words: str, rest: str) -> str:
    """The words up to the last that names a person: "senior data engineer" of "senior data engineer to lead"."""
    told = f"{words}{rest[:80]}".split()
    ends = [at for at in range(1, min(len(told), 8) + 1) if has_noun(" ".join(told[:at])) and _closes(told, at)]
    title = " ".join(told[: ends[0]]).strip(" .,;:!?()") if ends else ""
    return title if is_role(title) and not _COMMON.fullmatch(title) else ""


def _closes(told: Sequence[str], at: int) -> bool:
    """A noun closes a title unless another follows: "product manager", "lead engineer"."""
    return (
        at == len(told)
        or told[at - 1].endswith((",", ".", ";", ":"))
        or not has_noun(" ".join(told[at - 1 : at + 1])[len(told[at - 1]) :])
    )


_COMMON: Final = re.compile(
    r"(?:great|talented|new|more|good|smart|people|person|someone|teammates?|partners?|experts?|leaders?|hackers?)(?:\s\w+){0,1}",
    re.I,
)
_NAME: Final = r"([A-Z0-9][\w.&!'\u2019+-]{1,30}(?: (?:of |and |& )?[A-Z0-9][\w.&!'\u2019+-]{0,30}){0,3})"
_IS: Final = r"(?:a|an|the|now|currently|hiring|looking|building|growing|seeking|expanding|on)"
_AT_WORK: Final = r"(?:[Tt]eam|[Hh]ere|[Rr]oles|[Jj]obs|[Ww]ork|[Ww]orking|[Hh]iring|[Ee]ngineer\w*|[Pp]ositions) at"
_WE: Final = r"(?:[Ww]e are|[Ww]e['\u2019]re|I['\u2019]m (?:from|with|at|building)|[Hh]ere at|[Cc]ompany called)"
_NAMED: Final = tuple(
    re.compile(form)
    for form in (
        rf"^{_NAME}(?:\s?\([^()]{{1,120}}\)|,[^.]{{0,80}}?,)?,? (?:is|are) {_IS}\b",
        rf"\b{_AT_WORK} {_NAME}",
        rf"\b{_WE} {_NAME}(?=[\s,.(-])",
        rf"^(?:Hey|Hi|Hello)[^.!]{{0,20}}?[,!.] {_NAME} \(",
        rf"^{_NAME},? (?:founded|based|\(https?:|\(YC)",
    )
)
_NO_NAME: Final = re.compile(
    r"(?:We|Our|This|It|The|There|Here|You|I|A|An|Hiring|If|At|In|Both|My|These|They|That|What|Who|Remote|Location|Full)\b",
    re.I,
)


def _company_in(lines: Sequence[str]) -> str:
    """The name that a sentence near the beginning gives the employer."""
    for line in lines[:6]:
        for form in _NAMED:
            for match in form.finditer(line[:600]):
                if not _NO_NAME.match(match[1]):
                    return match[1].strip(" .,")
    return ""


def pay_of(raw: str) -> Pay:
    """Pay as printed; amounts only of one range with its own currency."""
    ranges = list(_RANGE.finditer(raw))
    currency = _currency(raw)
    if len(ranges) != 1 or not currency or len(_DIGIT.findall(_RANGE.sub(" ", raw))) > 0:
        return Pay(raw=raw, period=period_of(raw), component=component_of(raw))
    low, high = _amounts(ranges[0])
    return Pay(low=low, high=high, currency=currency, period=period_of(raw), component=component_of(raw), raw=raw)


def _currency(raw: str) -> str:
    named = set(_CODE.findall(raw)) | {code for sign, code in _SIGNS.items() if sign in raw}
    return named.pop() if len(named) == 1 else ""


def _amounts(match: re.Match[str]) -> tuple[float | None, float | None]:
    """(low, high) in whole units; "100-200k" are thousands both. None where the two make no range."""
    low, high = (float(re.sub(r"[,' ]|\.(?=\d{3}\b)", "", match[at])) for at in (1, 3))
    low *= 1000 if match[2] or (match[4] and low < 1000) else 1
    high *= 1000 if match[4] else 1
    return (low, high) if 0 < low <= high <= 20 * low else (None, None)
