"""Where the work is done: remote, hybrid, onsite, flexible; days on site; where a remote worker may live.

Evidence in order: a denial in the text ("not a remote role"), what the platform's own field says, a sentence
about the arrangement, the location label, tags, single words. No evidence is `unspecified`, never onsite. Words
that only look like a mode (hybrid search, remote sensing, "work from anywhere up to 4 weeks") are taken out
first.
"""

from __future__ import annotations

import re
from typing import Any

from analytics.place import areas, read_places
from analytics.scan import Scan, scan

MODES = ("remote", "hybrid", "onsite", "flexible")
MAX_TEXT = 60_000
HEAD = 600  # characters at the top, where the terms of a job are listed: there a single word counts

_TRAPS = re.compile(
    r"home[ -]?office (?:set-?up|stipend|equipment|allowance|budget|furniture|ausstattung)|"
    r"remote (?:and|or|&|/) hybrid work(?!\w)|hybrid (?:and|or|&|/) remote work(?!\w)|"
    r"hybrid[ -](?:search|cloud|retrieval|model|approach|architecture|system|solution|environment|recommend|"
    r"quantum|infrastructure|"
    r"deployment|multi|vehicle|electric|mobile|app|intelligence|rag|embedding|index|quer|parallel|workflow|"
    r"role between|of )\w*"
    r"|remote[ -](?:sensing|server|desktop|monitor|control|procedure|patient|access|repositor|team|colleague|"
    r"machine|device|"
    r"execution|cach|code|development|debug|call|host|attest|operation|management of|site|area|location of|"
    r"region|vehicle|"
    r"exploit|support tool|customer|office equipment|stipend|setup|work stipend|work allowance|interview|"
    r"branch|api|proctor)\w*"
    r"|(?:work(?:ing)?[ -]from[ -]anywhere|work[ -]from[ -]abroad|remote(?:ly)?|work abroad|workation|from anywhere|"
    r"work[ -]from[ -]home)[^.\n]{0,40}?"
    r"\b(?:up to|for|bis zu|jusqu'à)\s+(?:\d{1,3}|one|two|three|four|five|six|eight|ten|zwei|drei|"
    r"vier)\s*(?:calendar |working |business |full |-)?"
    r"(?:weeks?|days?|months?|wochen|tage|monate|semaines?|jours?)(?!\s*(?:a|per|each|every|/|pro|"
    r"par)\s*(?:week|woche|semaine))"
    r"|(?:\d{1,2}|four|two|six)[ -](?:weeks?|months?)(?: (?:per|a|each|"
    r"every) year)?[^.\n]{0,20}(?:work[ -]from[ -]anywhere|remote work abroad)"
    r"|(?:work[ -]from[ -]anywhere|remote)[ -](?:weeks?|days?|months?|policy for parents)"
    r"|remote (?:or|and) (?:underserved|rural)|(?:rural|most) (?:and|or)? ?remote|even remotely|not remotely|"
    r"remotely (?:like|similar|related)"
    r"|(?:on-?site|in-?office) (?:gym|parking|lunch|lunches|meals|chef|café|cafe|childcare|daycare|interview|"
    r"interviews|perks|snacks|massage|"
    r"fitness|barista|visit|visits|support|medical|cafeteria|events?|training|catering|amenities|search|"
    r"assessment|final|inspection)",
    re.I,
)
_NO_REMOTE = re.compile(
    r"\b(?:(?:is|are) not (?:a |an )?(?:fully )?(?:remote|eligible for remote|open to remote|"
    r"available for remote)|not (?:a )?remote (?:role|position|job|opportunity)|"
    r"no (?:full(?:y)? )?remote(?: work| option| position|\b)(?! sens)|(?:can ?not|can't|do not|don't|"
    r"unable to) (?:offer|support|accommodate|consider|allow) (?:fully )?remote|"
    r"remote (?:work )?is not (?:possible|available|an option|offered)|kein(?:e)? (?:remote|homeoffice|"
    r"home office)|pas de télétravail|"
    r"nicht remote|brak możliwości pracy zdalnej|not open to remote)\b",
    re.I,
)
_FULL_ONSITE = re.compile(
    r"\b(?:100 ?% (?:on-?site|in-?office|in-?person|vor ort)|fully (?:on-?site|in-?office|in[- ]person)|"
    r"full[- ]time (?:on-?site|in[- ](?:the )?office|in[- ]person)|"
    r"(?:five|5) days (?:a|per|each) week (?:in|on|at|from)|(?:in[- ](?:the )?office|on-?site|in[- ]person|"
    r"in our [\w ]{0,20}office),? (?:five|5) days|"
    r"(?:this|the) (?:role|position|job) (?:is|will be|requires? (?:you )?(?:to be|"
    r"being))[^.\n]{0,40}(?:on-?site|in-?office|in[- ]person)\b"
    r"|(?:we(?:'re| are| all)? |our team )(?:work |works |are )?(?:an? )?(?:fully )?(?:in[- ]person|"
    r"in[- ]office|on-?site)\b|in[- ]person (?:role|position|team|company|culture)|"
    r"(?:work model|work location|workplace|work mode|workplace type|arbeitsmodell)\s*[:–-]\s*(?:on-?site|"
    r"in-?office|in[- ]person)|on-?site (?:role|position|only)|must (?:be|work) (?:on-?site|in[- ]office|"
    r"in[- ]person))",
    re.I,
)
_HYBRID = re.compile(
    r"\b(?:hybrid(?:es?|er|em)? (?:role|position|work|schedule|setup|set-up|policy|office|team|arrangement|"
    r"job|mode|basis|first|opportunity|culture|option|company|remote|"
    r"arbeit\w*|working|workplace|format|homeoffice|with|in |at |from |out of|\()|(?:is|are|be|work|working|"
    r"as|a|an|on a|operate|follow|offer) hybrid\b|"
    r"(?:work model|work location|workplace|work mode|workplace type|location|arbeitsmodell|"
    r"work arrangement)\s*[:–-]\s*[^.\n]{0,30}hybrid|"
    r"(?:\d|one|two|three|four|zwei|drei|ein|deux|trois)(?:\s?(?:-|–|to|or|/)\s?(?:\d|two|three|"
    r"four))?\+? (?:days?|tage?n?|jours?) (?:a|per|each|every|/|pro|par|die|in der|de) ?(?:week|woche|semaine|"
    r"télétravail)|"
    r"(?:\d|one|two|three|four)(?:\s?(?:-|–|to)\s?\d)? days?(?: (?:a|per|each) week)?,? (?:in|at|"
    r"from) (?:the |our |an? )?(?:[\w ]{0,24})?(?:office|hq)|"
    r"teil(?:weise)? (?:remote|homeoffice|home office|mobil)|mobiles arbeiten|home[ -]?office (?:möglich|"
    r"nach vereinbarung|anteil)|télétravail (?:partiel|possible|\d)|praca hybrydowa|hybrydow\w+|"
    r"trabajo híbrido|híbrido)",
    re.I,
)
_REMOTE = re.compile(
    r"\b(?:(?:100 ?%|fully|full|completely|entirely)[ -]remote|remote[ -](?:first|only|friendly|position|role|"
    r"job|opportunity|company|based|eligible|within|in (?!the office)|from|across|"
    r"anywhere|setup|option|ok\b|us\b|\()|(?:is|be|are|role:|position:|location:|work|working|operate|mode:|"
    r"model:|type:|hire|hiring|candidates?) (?:a |an |as a |open to )?(?:fully |100 ?% )?remote(?:ly)?\b|"
    r"work(?:ing)? (?:fully )?(?:remotely|from anywhere|from home)|distributed (?:team|company)|(?:full|"
    r"100 ?%) télétravail|télétravail (?:complet|total|à 100)|praca zdalna|w pełni zdaln\w+|100% zdalnie|"
    r"teletrabajo|trabajo remoto|vollständig remote|komplett remote|"
    r"remote möglich|location[^\n]{0,40}\bremote)\b",
    re.I,
)
_FLEXIBLE = re.compile(
    r"\b(?:remote(?:ly)? or (?:in |from |at )?(?:the |our |one of our )?(?:[\w ]{0,16}office|hybrid|on-?site|"
    r"in[- ]person)|(?:hybrid|on-?site|in[- ]office|office)(?: or|/| /) ?(?:fully )?remote|"
    r"(?:(?:choose|decide) (?:whether|where|between|if|how)|your choice (?:of|whether|to)|up to you|freely)"
    r"[^.\n]{0,40}(?:remote|office|where you work|from home)|"
    r"work (?:from )?where(?:ver)? (?:you|it)|flexible (?:work )?(?:location|hybrid or remote))\b",
    re.I,
)
_TAG = re.compile(r"#LI[-_](remote|hybrid|onsite|on-site)", re.I)
_WEAK = (
    (re.compile(r"\bhybrid\b", re.I), "hybrid"),
    (re.compile(r"\bremote\b|\bhome ?office\b|\btélétravail\b|\bzdaln", re.I), "remote"),
)
_NUMBERS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "ein": 1,
    "zwei": 2,
    "drei": 3,
    "vier": 4,
    "deux": 2,
    "trois": 3,
    "un": 1,
}
_N = r"(\d|one|two|three|four|five|ein|zwei|drei|vier|un|deux|trois)"
_DAYS = re.compile(
    rf"\b{_N}(?:\s?(?:-|–|to|or|/|bis|à)\s?{_N})?\+?\s*(?:full |working )?(?:days?|tagen?|tage|"
    rf"jours?)\b([^.\n]{{0,60}})",
    re.I,
)
_WEEKDAYS = re.compile(
    r"\b(mon|tue|wed|thu|fri)\w{0,6}\s?(?:-|–|to|through|thru)\s?(mon|tue|wed|thu|"
    r"fri)\w{0,6}\b(?=[^.\n]{0,40}(?:office|on-?site|in[- ]person))",
    re.I,
)
_WEEK = ("mon", "tue", "wed", "thu", "fri")
_OFFICE = re.compile(
    r"office|on-?site|in[- ]person|vor ort|büro|bureau|sur site|hq|headquarter|plant\b|factory|\blab\b|laborator|"
    r"campus|warehouse",
    re.I,
)
_HOME = re.compile(r"remote|home|télétravail|mobil|zdaln", re.I)
_REGION = re.compile(
    r"\b(?:remote(?:ly)?[ ,:–(-]{1,4}(?:work )?(?:within|in|from|across|anywhere in|based in|only in|–|"
    r"-)?\s?(?:the )?([^.\n;]{2,60})|"
    r"(?:must|need to|have to|should|candidates must|required to) (?:be )?(?:located|reside|live|based|"
    r"residing|living)(?: anywhere)? (?:with)?in (?:the )?([^.\n;]{2,60})|"
    r"(?:open to|accepting|considering|hiring) (?:candidates|applicants|people)?\s?(?:based |located |"
    r"residing |anywhere )?(?:in|from|within|across) (?:the )?([^.\n;]{2,60})|"
    r"([^.\n;,(]{2,30}?)[ -](?:only|based)\b[^.\n]{0,12}remote)",
    re.I,
)
_EXCLUDED = re.compile(
    r"\b(?:except(?:ing|ion of)?|excluding|not (?:available|open|eligible|able to hire|"
    r"hiring)(?: to (?:candidates|residents))?(?: (?:in|from|of|for))?|cannot (?:hire|employ)(?: \w+)? (?:in|"
    r"from)|"
    r"unable to (?:hire|employ)(?: \w+)? (?:in|from)|outside of)\s+(?:residents of |candidates in |"
    r"the )?([^.\n;)]{2,80})",
    re.I,
)


def read_mode(text: str | Scan, location: str = "", title: str = "", printed: str = "") -> dict[str, Any]:
    """work_mode (remote hybrid onsite flexible unspecified), onsite_days a week or None, remote_regions and
    remote_excluded (ISO2, US-CA, EU EMEA ...). `printed` is the platform's own field, trusted unless the text
    denies it.
    """
    scanned = scan(text)
    clean = _TRAPS.sub(" ", scanned.lines_with("mode")[:MAX_TEXT])
    days = onsite_days(clean)
    mode = (
        _mode(clean, location, title, printed, days)
        or _from_words(_TRAPS.sub(" ", scanned.text[:HEAD]))
        or "unspecified"
    )
    is_away = mode in ("remote", "flexible")
    return {
        "work_mode": mode or "unspecified",
        "onsite_days": days if mode in ("hybrid", "onsite") else None,
        "remote_regions": _regions(clean, f"{location}\n{title}") if is_away else [],
        "remote_excluded": _excluded(clean) if is_away else [],
    }


def onsite_days(text: str) -> int | None:
    """Days a week in the office that a text states, the least of a range; None when it states none."""
    for found in _DAYS.finditer(text):
        after = found[3]
        before = re.split(r"[.\n]", text[max(0, found.start() - 80) : found.start()])[-1]
        around = before + after
        if not re.search(r"week|woche|semaine|tydzie", after, re.I) and not _OFFICE.search(after[:40]):
            continue
        days = _number(found[1])
        nearest = _OFFICE.search(after) or _OFFICE.search(around)
        if nearest and not (_HOME.search(after[:30]) and not _OFFICE.search(after[:30])):
            return days if days <= 5 else None
        if _HOME.search(around):
            return max(0, 5 - days)
    weekdays = _WEEKDAYS.search(text)
    if weekdays:
        first, last = _WEEK.index(weekdays[1][:3].lower()), _WEEK.index(weekdays[2][:3].lower())
        return last - first + 1 if last > first else None
    return None


def _mode(text: str, location: str, title: str, printed: str, days: int | None) -> str:
    denied = _NO_REMOTE.search(text) is not None
    if denied:
        return "hybrid" if (days is not None and days < 5) or _HYBRID.search(text) else "onsite"
    return (
        _from_label(printed)
        or _from_sentences(text, days)
        or _from_label(location)
        or _from_label(title)
        or _from_tag(text)
    )


def _from_label(label: str) -> str:
    """The mode a short label names; several at once leave the choice open."""
    said = label.casefold().replace("-", "").replace("_", "").replace(" ", "")
    found = {mode for mode, words in _LABELS.items() if any(word in said for word in words)}
    if "hybrid" in found and "remote" in found and "hybridremote" in said:
        return "hybrid"
    return found.pop() if len(found) == 1 else "flexible" if found else ""


_LABELS = {
    "remote": (
        "remote",
        "telecommute",
        "homeoffice",
        "anywhere",
        "télétravail",
        "zdaln",
        "fullyremote",
        "workfromhome",
    ),
    "hybrid": ("hybrid", "hybryd", "híbrid", "nachvereinbarung", "temporarilyremote"),
    "onsite": ("onsite", "inoffice", "inperson", "vorort", "surplace", "stacjonarn"),
    "flexible": ("flexible",),
}


def _from_sentences(text: str, days: int | None) -> str:
    if _FLEXIBLE.search(text):
        return "flexible"
    if days is not None:
        return "onsite" if days == 5 else "hybrid" if days else "remote"
    found = {
        mode
        for mode, pattern in (("onsite", _FULL_ONSITE), ("hybrid", _HYBRID), ("remote", _REMOTE))
        if pattern.search(text)
    }
    if "hybrid" in found:
        return "hybrid"
    return found.pop() if len(found) == 1 else ""


def _from_tag(text: str) -> str:
    found = {tag[1].lower().replace("-", "") for tag in _TAG.finditer(text)}
    return found.pop() if len(found) == 1 else "flexible" if found else ""


def _from_words(text: str) -> str:
    """The mode of a single word."""
    return next((mode for pattern, mode in _WEAK if pattern.search(text)), "")


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS[word.lower()]


def _regions(text: str, label: str) -> list[str]:
    found = areas(label) if re.search(r"remote|anywhere|home ?office", label, re.I) else []
    for sentence in _REGION.finditer(text):
        part = next(group for group in sentence.groups() if group is not None)
        found += areas(re.split(r"\b(?:except|excluding|but|or from)\b", part)[0])
    return list(dict.fromkeys(found))


def _excluded(text: str) -> list[str]:
    named = [place for sentence in _EXCLUDED.finditer(text) for place in read_places([sentence[1]])]
    larger = [place for place in named if place["city"] is None and place["country"]]
    codes = [f"{p['country']}-{p['region']}" if p["region"] else p["country"] for p in larger]
    return list(dict.fromkeys(codes))
