"""Days a week on site: by counts ("two days a week in the office"), else by weekdays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from analytics.mode_row import Row
from analytics.scan import lower

_COUNT = re.compile(r"(U_{0,2})?(?:N(?:_{0,2}V?_?(N))?(?:V_)?_?[DBA]|[EQ])")
_COUNTING = frozenset("NEQK")  # letters without one of which nothing is counted
_OPEN_DAILY = re.compile(
    r"(?:open|opened|available|offen|geöffnet|ouverts?|ouverte|abiert[oa]|abert[oa]|apert[oa]|otwart[eya]|open|öppet|accessible|"
    r"frühstück|lunch|breakfast|cleaned|served|learning|something new|delivered) $"
)
_DENIED = re.compile(r"[Zx][_Ii]?[RrGH]")
_RANGE = re.compile(r"\s?(?:[-–—/~]|to|or|and|bis|oder|à|ou|et|a|o|u|y|tot|of|en|do|lub|till|til|eller)\s?", re.I)
_DURATION = re.compile(r"\b(?:for|during|für|pendant|durante|gedurende|przez) $", re.I)
_CLOCK = re.compile(r"\b\d{1,2}(?::\d\d)? ?[ap]\.?m\b", re.I)
_MEAL = re.compile(r"P_{0,4}$|P_?[Ii]?[SO]_?$")  # "lunch is on Wednesdays", "breakfast in the office on Fridays"
_TOGETHER = re.compile(r"^[^HGRrXOSYyB]*K_{0,3}e_{0,3}[CHGRr]")  # "Mondays together, the rest up to you"
_TRIP = re.compile(r"P_{0,3}O")
_AT_ITS_PLACE = re.compile(  # "from one of our branch locations three days a week"
    r"\b(?:from|in|at|on) (?:an?|the|your|our|one of (?:our|the)|any of our|their|its)(?: [\w'’&-]+){0,4}? "
    r"(?:location|site|hub|branch|facility|campus|centre|center|store|building|workplace|worksite)s?,?(?: for)?"
    r"(?: (?:at least|a minimum of|up to))?(?: (?:\w{3,5}|\d))? ?\(?$"
)
_AWAY_NEXT = re.compile(r"N(?=_?[HGRr])")
_ADDED = re.compile(r"(?:,|\b(?:and|und|et|y|e|en|i|och)) ?$")
_PLACE_BEFORE = re.compile(r"[OSBHGRrh]_?$")
_SITE_BEFORE = re.compile(r"[OSB][^;HGRrA]{0,9}$|l_?$")
_PLACE = re.compile(r"[OSBHGARr]")
_PLACE_AFTER = re.compile(r"[OSBHGAh]|[Rr](?!_{0,3}z)")
_ANY_PLACE = re.compile(r"[OSBHGAYyRrh]")
_CONNECTED = re.compile(r"\s?(?:[,&(;–-]|(?:and|with|plus|while|und|mit|et|y|e|en|i|och|og)\b)")  # what follows is else
_BRACKETED = re.compile(r"[A-ZÄÖÜÉŁŚŻ][\w.]+,? ?\($")
_HOME_FOR_THE_REST = re.compile(r"^W_{1,4}[HGRr]_?$")
_OTHERWISE = re.compile(r"P_?$|s[_Ii]{0,4}$")
_NOT_WEEKLY = re.compile(r"_?[Ms]|_{0,2}[PLv]")
_AT_A_PLACE = re.compile(
    r"\W{1,2}(?:[Ii]n|at|near|on|à|am|[Ww]|en|em|i|im)\s(?!(?:USD?|EUR|GBP|CHF|PLN|INR|PHP|CAD|AUD|BRL|MXN)\b)"
    r"(?:the\s|our\s)?[A-ZÄÖÜÉŁŚŻ]"
)
_BUT = re.compile(r"\b(?:with|while|mit|während|avec|mientras|con|terwijl|met|mentre|enquanto|com|natomiast)\b")
_THROUGH = re.compile(r"\s?(?:-|–|—|to|through|thru|until|till|bis|à|au|al|a|do|t/m|tot|til|till)\s?", re.I)


_SATURDAY, _SUNDAY = 5, 6
_REACH = 60  # characters around weekdays that tell of other days, or of their hours
_UNITS = r"(?:days?|tage?|jours?|d[ií]as?|giorn[oi]|dag(?:en|ar|e)?|dni|dzień|weekdays?)"
_BESIDE = re.compile(  # "Tuesday and one more day of your choice"
    r"(?:\b(?:and|plus|with|und|sowie|et|y|e|en|i|och|og|oraz|ainsi qu[e'’]|más|mais|più)\b|[+&]) ?"
    r"(?:at least |a |any |any of |mindestens |au moins |al menos |almeno |minstens )?"
    r"(one|another|other|second|1|two|2|ein|einen|einem|zwei|une?|deux|uno|dos|due|één|een|twee|jeden|dwa|en|två|um|dois)"
    rf"(?: ([\w-]{{3,16}}))?(?: [\w-]{{3,12}})? ?{_UNITS}\b((?: [\w'’]+){{0,3}})"
)
_MORE = re.compile(
    r"more|other|another|additional|further|extra|flex\w*|float\w*|weiter\w*|zusätzlich\w*|ander\w*|frei\w*|autre|"
    r"supplémentaire|más|otro|adicional|altr[oi]|extra|inny|dodatkow\w+|ytterligare|till|valfri\w*|outro|mais|second"
)
_CHOSEN = re.compile(
    r"\b(?:of (?:your|their|the team)|your|you|that|deiner|ihrer|nach wahl|au choix|de (?:ton|votre)|a elegir|a scelta|"
    r"más|mais|naar keuze|do wyboru|à escolha|till|per team|by team)\b"
)
_TWO = frozenset(("two", "2", "zwei", "deux", "dos", "due", "twee", "dwa", "två", "dois"))
_SHORT_BEFORE = re.compile(
    r"(?:half[- ]days?|halbe[rn]? tag|early finish|finish(?:es|ing)? early|early finishes|short(?:er)? days?|shorter|"
    r"close\w?|clos(?:ed|ing)|no[- ]meetings?|meeting[- ]free|every other|every second|intensiva|corta|libres?|"
    r"done|off|free|demos?|(?:paid|pay(?:days?|outs?|ments?|s)?|settled|wages|invoices?|bezahlt|ausgezahlt|auszahlung|"
    r"payée?s?|paiement|versée?s?|pagad[oa]s?|pagos?|pagamos|uitbetaald|betaald|wypłat\w{0,3}|płatn\w{1,3}|pagat[oi]|"
    r"pagament[oi])(?: (?:out|are|is|go out|weekly|made|jeweils))?)"
    r"(?: (?:on|every|each|los|el|le|all|am|jeden|chaque|cada|elke|ogni|w każdy|co|at \S{1,5}))?"
    r"(?: (?:the|a|other|second|alternate|last|zweiten))? $"
)
_SHORT_AFTER = re.compile(
    r"[ ,:(]{0,2}(?:(?:(?:is|are|ist|sind|at|ab|à partir de|from|um|bis|until|till) ){0,2}(?:off\b|frei\b|libres?\b|"
    r"free\b|lunch|noon|early|half[- ]day|a half|short|early finish)|"
    r"afternoons?|nachmittag\w?|après-midi|midi\b|tardes?\b|pomeriggio|middag\w{0,3}|(?:\w{2,9} )?"
    r"(?:drinks|social|demos?|borrel|apéros?|aperitivo|beers?|bier|cervezas?|pizza|cake|kuchen|breakfast|brunch|frühstück|"
    r"grill\w{0,3}|yoga|stand-?ups?|all-hands|town ?halls?|retros?|seminars?|piwo|churrasco|sprint review)\b)"
)
_CLOSING = re.compile(
    r"[ ,]{0,2}(?:is |ist |sind )?(?:schon )?(?:at|um|bis|until|till|à) \d{1,2}(?::\d\d)? ?(?:uhr|h\b|[ap]\.?m)"
)


class Days(NamedTuple):
    """Days a week on site, None when a sentence names days but not how many."""

    n: int | None
    is_week: bool = False  # "four to five days": the week of an office
    is_loose: bool = False  # weekdays with an office somewhere in their sentence, perhaps those of a story


def days_on_site(row: Row, text: str) -> list[Days]:
    """Days on site by counts ("three days"), else by weekdays."""
    if _COUNTING.isdisjoint(row.letters):
        return []
    if "Z" in row.letters or "x" in row.letters:
        row = row._replace(letters=_DENIED.sub(lambda found: "_" * len(found[0]), row.letters))
    if "K" in row.letters:
        row = _without_short_days(row, text)
        beside = _beside(row, text)
        if beside:
            told = _told(row._replace(letters=beside.letters), text)
            if told and told[0].n and not told[0].is_week:
                return [told[0]._replace(n=min(5, told[0].n + beside.n))]
    return _told(row, text)


class Beside(NamedTuple):
    """Days of one's own choice on site beside weekdays that are named, and the letters of the sentence but for them."""

    n: int
    letters: str


def _beside(row: Row, text: str) -> Beside | None:
    last = row.letters.rindex("K") if "K" in row.letters else -1
    if last < 0:
        return None
    begin = row.words[last].end
    found = _BESIDE.search(lower(text), begin, begin + _REACH)
    if not found:
        return None
    number, kind, follows = found.groups()
    is_more = number in ("another", "other", "second") or (kind and _MORE.fullmatch(kind)) or _CHOSEN.search(follows)
    between = {row.letters[at] for at, word in row.words.items() if begin <= word.start < found.end()}
    if not is_more or between & set("HGRrA"):
        return None
    inside = {at for at, word in row.words.items() if found.start() <= word.start < found.end(1) + 30 and at > last}
    blank = {at for at in inside if row.letters[at] in "NDVC"}
    letters = "".join("_" if at in blank else letter for at, letter in enumerate(row.letters))
    return Beside(2 if number in _TWO else 1, letters)


def _without_short_days(row: Row, text: str) -> Row:
    """Weekdays on which one leaves early are no days of an arrangement: "a half day on Fridays"."""
    letters, lowered = row.letters, lower(text)
    for start, stop in _groups(row, text):
        first, last = row.words[start].start, row.words[stop - 1].end
        is_closing = stop - start == 1 and _CLOSING.match(lowered, last)
        if (
            is_closing
            or _SHORT_AFTER.match(lowered, last)
            or _SHORT_BEFORE.search(lowered, max(0, first - _REACH), first)
        ):
            letters = letters[:start] + "_" * (stop - start) + letters[stop:]
    return row._replace(letters=letters)


def _told(row: Row, text: str) -> list[Days]:
    found = list(_COUNT.finditer(row.letters))
    told: list[Days] = []
    for k, count in enumerate(found):
        stop = found[k + 1].start() if k + 1 < len(found) else len(row.letters)
        begin = found[k - 1].end() if k else 0
        told += _counted(row, text, count, begin, stop)
    told = told or (_weekdays(row, text) if "K" in row.letters else [])
    return [days for days in told if days.n is not None][:1] or told[:1]


def _counted(row: Row, text: str, count: re.Match[str], begin: int, stop: int) -> list[Days]:
    letters = row.letters
    unit = count[0][-1]
    at = count.end() - 1 if unit in "EQ" else letters.index("N", count.start())
    is_range = bool(count[2]) and _is_range(row, text, at, count.start(2))
    if count[2] and not is_range:
        at = count.start(2)
    after, rest, others = letters[count.end() : min(stop, count.end() + 12)].split(";")[0].partition("e")
    before = letters[begin : count.start()].rpartition(";")[2]
    if unit == "E" and _OPEN_DAILY.search(lower(text), max(0, row.words[at].start - 16), row.words[at].start):
        return []  # "the office is open every day"
    if (
        _is_else(row, text, count, unit, after)
        or _is_otherwise(row, text, before, count)
        or (unit == "Q" and "P" in before + after)
    ):
        return []
    after = _own_part(row, text, count, after)
    is_weekly = "W" in after[:4]
    if _is_of_some(row, begin, count.start(), is_weekly=is_weekly):
        return []
    first = row.words[at].start
    is_both = bool(set("OSB") & set(before)) and bool(set("HGRrA") & set(after))
    if unit == "D" and not is_weekly and not is_both and _DURATION.search(text[max(0, first - 12) : first]):
        return []
    value = row.words[at].value
    n = int(value) if value else None
    if _is_told_before(row, text, count, before):
        after = "W" if is_weekly else ""
    where = (
        (rest and _by_the_rest(after, others))
        or ("office" if _is_bracketed(row, text, count) else _where(unit, after, before))
        or _named_place(row, text, count)
    )
    if not where and is_weekly and "l" in before[-3:] and not set("jPL") & set(letters):
        where = "office"  # days asked for at least are days of presence
    if not where or (n and n > 5 and where != "office"):
        return []
    if is_range:
        is_week = where == "office" and row.words[count.start(2)].value == "5"
        return [Days(n if is_week else None, is_week)]
    return [Days(n if n is None else _on_site(n, where, unit, is_fortnight="J" in after[:5]))]


def _is_of_some(row: Row, begin: int, stop: int, *, is_weekly: bool) -> bool:
    """Whether the days are told of others; what all colleagues do in a week is the rule of this job too."""
    told = [row.words[at].value for at in range(begin, stop) if row.letters[at] == "o"]
    return bool(told) and not (is_weekly and set(told) == {"all"})


def _on_site(n: int, where: str, unit: str, *, is_fortnight: bool) -> int | None:
    """Days a week on site, of `n` days on site or at home, or of `n` days' worth of a percentage."""
    if is_fortnight:
        return 5 - n // 2 if where == "home" else None
    return n if where == "office" else None if unit == "Q" else 5 - n


def _own_part(row: Row, text: str, count: re.Match[str], after: str) -> str:
    """What follows a count as far as no bare number begins something else: "three days in Leith, two at home", "80 % of
    the insurance, full remote"."""
    if count[0][-1] == "Q" and text.startswith(",", row.words[count.end() - 1].end):
        return ""
    found = _AWAY_NEXT.search(after)
    if not found:
        return after
    word = row.words[count.end() + found.start()]
    return after[: found.start()] if _ADDED.search(text[: word.start]) else after


def _is_else(row: Row, text: str, count: re.Match[str], unit: str, after: str) -> bool:
    """Whether what follows makes the days some of leave, a month or a trip: "5 days leave", not "(5 days) notice"."""
    last = row.words[count.end() - 1].end
    return unit in "DBAQE" and not text.startswith(")", last) and _NOT_WEEKLY.match(after) is not None


def _is_otherwise(row: Row, text: str, before: str, count: re.Match[str]) -> bool:
    """Whether the days are those of the meal or the visit right before them: no comma stands between."""
    if _OTHERWISE.search(before) is None:
        return False
    first = row.words[min(at for at in row.words if at >= count.start())].start
    last = max((word.end for at, word in row.words.items() if at < count.start()), default=0)
    return "," not in text[last:first]


def _is_told_before(row: Row, text: str, count: re.Match[str], before: str) -> bool:
    """Whether the place of the days stands before them and what follows is another's: "in the office four days, Fridays
    from home", "on campus at least three days a week and from home on the others"."""
    end = count.end()
    place = _PLACE_BEFORE.search(before)
    last = row.words[end - 1].end
    if place and text[last : last + 1] == ",":
        return True
    if end < len(row.letters) and row.letters[end] == "W":
        last = row.words[end].end
    if not _CONNECTED.match(text, last):
        return False
    return place is not None or _SITE_BEFORE.search(before) is not None


def _is_range(row: Row, text: str, first: int, second: int) -> bool:
    return _RANGE.fullmatch(text[row.words[first].end : row.words[second].start]) is not None


def _by_the_rest(after: str, others: str) -> str:
    """Where days are whose rest lies elsewhere ("two days a week with us, otherwise from home", "three days a week, and
    at home the other two")."""
    if _HOME_FOR_THE_REST.search(after):
        return "office"
    found = _PLACE.search(others)
    return "office" if found and found[0] in "HGARr" else ""


def _where(unit: str, after: str, before: str) -> str:
    """Whether days are meant on site or away: by the unit, what follows, else what goes before."""
    if unit in "AB":
        return "home" if unit == "A" else "office"
    is_weekly = "W" in after[:4]
    follows = _PLACE_AFTER.search(after if is_weekly else after[: 8 if unit == "Q" else 5])
    if follows:
        return "office" if follows[0] in "OSBh" else "home"
    reach = len(before) if is_weekly or unit == "Q" else 12 if unit == "E" else 9  # "... and learning every day"
    precedes = _ANY_PLACE.findall(before[-reach:])
    if precedes:
        return "home" if precedes[-1] in "HGARr" else "office"
    return ""


def _is_bracketed(row: Row, text: str, count: re.Match[str]) -> bool:
    """Whether the days are those of a place named before them: "Leith (2 days) / remote"."""
    if set("OSBHGRrYyh") & set(row.letters[: count.start()]) or not set("HRrG") & set(row.letters[count.end() :]):
        return False
    first = row.words[min(at for at in row.words if at >= count.start())].start
    return _BRACKETED.search(text, max(0, first - 30), first) is not None


def _named_place(row: Row, text: str, count: re.Match[str]) -> str:
    """A place named after days a week ("two days a week in Leith") is no home."""
    last = count.end() - 1
    if last + 1 < len(row.letters) and row.letters[last + 1] in "WJ":
        last += 1
        first = row.words[min(at for at in row.words if at >= count.start())].start
        if _AT_ITS_PLACE.search(lower(text), max(0, first - 2 * _REACH), first):
            return "office"
    elif count.start() > 1:
        return ""
    return "office" if _AT_A_PLACE.match(text, row.words[last].end) else ""


def _weekdays(row: Row, text: str) -> list[Days]:
    letters = _TRIP.sub(lambda found: "_" * len(found[0]), row.letters)
    home = 0
    if _TOGETHER.search(letters):
        return [Days(_number_of(row, text, [at for at, letter in enumerate(letters) if letter == "K"]))]
    for start, stop in _groups(row, text):
        if _MEAL.search(letters, 0, start):
            continue
        n = _number_of(row, text, [at for at in range(start, stop) if letters[at] == "K"])
        before = letters[:start]
        after = re.split("[;eK]", letters[stop : stop + 6])[0]
        nearest = re.search(r"[HGARrXCOSYB]", after)
        if nearest and nearest[0] == "C" and re.match(r"_{0,5}C_{0,4}e", letters[stop:]):
            nearest = None  # "in on Mondays, and you pick where you work the rest of the week"
        last = row.words[stop - 1].end
        if re.search(r"[OSB]_?$", before) and _CONNECTED.match(text, last):
            nearest = None  # "in the office on Mondays and from home otherwise"
        is_home = re.search(r"[HG]_?$", before) and "," not in text[row.words[start].start - 5 : row.words[start].start]
        if (nearest and nearest[0] in "HGARrXC") or is_home:
            home = home or n
        elif re.search(r"[OSYyBh]", letters) or _AT_A_PLACE.match(text, row.words[stop - 1].end):
            is_shift = _is_shift(row, text, start, stop)
            is_near = re.search(r"[SYyBh]", letters) or re.search(r"O", after) or re.search(r"O[^K]{0,6}$", before)
            is_loose = not is_near and "O" in letters
            return [Days(n if n == 5 or not is_shift else None, is_shift, is_loose)]
    return [Days(5 - home)] if 0 < home < 5 else []


def _groups(row: Row, text: str) -> Iterator[tuple[int, int]]:
    """Bounds of weekdays named together; of "on site Monday to Thursday, Friday from home" the last is another's, so
    are those of "with Mondays and Fridays up to you"."""
    letters = row.letters
    for group in re.finditer(r"K(?:[_V]{0,2}K){0,6}", letters):
        start, stop = group.span()
        if stop - start > 1 and re.match(r"_{0,2}[HGRrXAC]", letters[stop:]):
            parted = _parted(row, text, [at for at in range(start, stop) if letters[at] == "K"])
            if parted:
                yield start, parted[0] + 1
                start = parted[1]
        yield start, stop


def _parted(row: Row, text: str, named: list[int]) -> tuple[int, int] | None:
    """The last day on site and the first of those that are spent elsewhere."""
    gaps = [text[row.words[one].end : row.words[other].start] for one, other in pairwise(named)]
    is_sited = re.search(r"[OSBYyh]", row.letters[: named[0]]) is not None
    for k in reversed(range(len(gaps))):
        is_listed = k < len(gaps) - 1 and (k == 0 or "," in gaps[k - 1])
        if _BUT.search(gaps[k]) or (is_sited and "," in gaps[k] and not is_listed):
            return named[k], named[k + 1]
    return None


def _is_shift(row: Row, text: str, start: int, stop: int) -> bool:
    """Who works weekends, or by the clock, works on site."""
    days = _named(row, text, [at for at in range(start, stop) if row.letters[at] == "K"])
    if _SATURDAY in days or days == {_SUNDAY}:  # "Sunday to Thursday" is the week of some countries
        return True
    last = row.words[stop - 1].end
    return _CLOCK.search(text[last : last + 20]) is not None and not set("YyHGRr") & set(row.letters)


def _number_of(row: Row, text: str, at: list[int]) -> int:
    """How many days some weekdays are, ranges by all that they span."""
    return len(_named(row, text, at))


def _named(row: Row, text: str, at: list[int]) -> set[int]:
    words = [row.words[k] for k in at]
    days = {int(word.value) for word in words}
    for one, next_one in pairwise(words):
        if _THROUGH.fullmatch(text[one.end : next_one.start].strip(" .")):
            first, last = int(one.value), int(next_one.value)
            days.update(day % 7 for day in range(first, last if first < last else last + 7))
    return days
