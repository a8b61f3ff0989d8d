"""Masks what identifies a person in a posting: e-mail addresses, phone numbers, personal LinkedIn profiles.

We need no person's data, so it is cut out before anything is stored. The opposite mistake is as bad: a pay range, a
year, an identifier or a date must never be masked, so a number counts as a phone number only by its own form
(`+44 ...`, `(415) 555-0123`, `415-555-0123`) or after a word such as "Tel:".

All patterns are linear: a run is entered at its start only (look-behind), inner repeats are bounded or possessive.
"""

from __future__ import annotations

import re

EMAIL, PHONE, PROFILE = "[email]", "[phone]", "[profile]"

_LOCAL = r"(?<![\w.+'-])[\w.+'-]++"
_AT = r"(?:@|&\#0{0,4}64;|&\#x0{0,4}40;|&commat;|%40)"
_LINK_END = r"[^\s\"'<>]"
_MAIL_LINK = re.compile(rf"mailto:{_LINK_END}++", re.I)
_HOST = r"(?:[\w-]{1,63}+\.){1,8}[^\W\d_]{2,24}"
# addresses glued to the one before go with it: behind a mask they would be free, and masked only the second time
_MAIL = re.compile(rf"{_LOCAL}{_AT}{_HOST}(?:[\w.+'-]++{_AT}{_HOST})*+", re.I)
_SPELT_HINT = re.compile(r"[\[({<;]\s?(?:at|@|&\#64;)\s?[\])}>&]")
_SPELT_AT = r"\s{0,3}(?:[\[({<]|&lt;)\s?(?:at|@|&\#64;)\s?(?:[\])}>]|&gt;)\s{0,3}"
_SPELT_DOT = r"(?:\s{0,3}[\[({]\s?(?:dot|\.)\s?[\])}]\s{0,3}|\s{1,3}dot\s{1,3}|\.)"
_SPELT_MAIL = re.compile(rf"{_LOCAL}{_SPELT_AT}[\w-]{{1,63}}+(?:{_SPELT_DOT}[\w-]{{1,63}}+){{1,6}}", re.I)
_TOP = r"(?:ai|app|co|com|de|dev|edu|eu|fr|gov|io|net|org|tech|uk)(?!\w)"
_WORDED_MAIL = re.compile(rf"{_LOCAL} at [\w-]{{1,63}}+(?: dot [\w-]{{1,63}}+){{0,2}} dot {_TOP}", re.I)
_HIDDEN_MAIL = re.compile(r"(data-cfemail=[\"']?|email-protection\#)[0-9a-f]{4,2000}+", re.I)

_BLANK = r"(?:[ \t\u00a0\u2009\u202f]|&nbsp;|&\#160;)"
_BREAK = rf"\)?(?:{_BLANK}[-\u2010-\u2013/]{_BLANK}|[-.\u2010-\u2013/]|{_BLANK})?\(?"
# A pattern that starts with a set of characters is searched some times faster than one that starts with a look-behind,
# so the first character is taken first and what stood before it is looked at afterwards.
# A closing bracket blocks as well: what stands behind a mask was not free before the mask stood there.
_FREE = r"(?<![\w$€£¥₹₩\#=&%/.,+\]\u2010-\u2013-]{0})"
_NO_NUMBER_AFTER = r"(?![\w%-]|[.,/]\d)"
_TEL_LINK = re.compile(rf"(?<!\w)(?:tel|sms|callto):(?:%20)?[+\d(]{_LINK_END}*+", re.I)
_CHAT_LINK = re.compile(r"(?:https?://)?(?:wa\.me/|api\.whatsapp\.com/send/?\?phone=)\+?\d{6,15}+", re.I)
_PLUS = re.compile(
    rf"\+(?<![\w+\]]\+)(?:1{_BREAK}\d{{3}}{_BREAK}\d{{3}}{_BREAK}\d{{4}}|\(?[2-9](?:{_BREAK}\d){{7,14}})(?!\d)"
)
_DASH = r"[-.\u2010-\u2013]"
_AREA = rf"\d{{3}}\){_BLANK}?\d{{3}}(?:{_DASH}|{_BLANK})\d{{4}}"
_GROUPED = re.compile(
    rf"[(0-9]{_FREE.format('[(0-9]')}(?:(?<=[(]){_AREA}|(?<=1)[-. ](?:[(]{_AREA}|\d{{3}}{_DASH}\d{{3}}{_DASH}\d{{4}})"
    rf"|\d\d{_DASH}\d{{3}}{_DASH}\d{{4}}|(?<=[2-9])\d\d{_BLANK}[2-9]\d\d[-\u2010-\u2013]\d{{4}}){_NO_NUMBER_AFTER}"
)
_BARE = re.compile(
    rf"[0-9]{_FREE.format('[0-9]')}(?:(?<=0)(?:{_BREAK}\d){{6,13}}|\d{{6,14}}+|\d\d{_BLANK}\d{{3}}{_BLANK}\d{{4}}"
    rf"|\d{{4}}{_BLANK}\d{{5}}){_NO_NUMBER_AFTER}"
)
_PHONE_WORD = re.compile(
    r"(?<!\w)(?:(?:tele)?phone|telefono?|téléphone|teléfono|tel|mobile?|cell|handy|whatsapp|fax|call|sms|ph)"
    r"(?: (?:number|no|nr|us|me|at|on|is)){0,2}(?:</?\w{1,10}>|&nbsp;|[\s.:(\u2013-]){0,8}$",
    re.I,
)
_NOT_A_PHONE_BEFORE = re.compile(
    r"(?:[$€£¥₹₩]|(?<!\w)(?:[A-Z]{2}\$|USD|EUR|GBP|CAD|AUD|CHF|INR|JPY|SGD|id|ids|req|requisition|ref|reference|code))"
    r"[\s.:\#]{0,3}$",
    re.I,
)
_MONEY_AFTER = re.compile(r"\s?(?:[$€£¥₹₩%]|(?:USD|EUR|GBP|CAD|AUD|CHF|INR|JPY|SGD)(?!\w))")
_QUANTITY = re.compile(r"\+?\d{1,3}(?:\.\d{3}){1,2}|\+?\d{1,3}(?:[ \u00a0]\d{3}){0,4}[ \u00a0]?000|\d+0000")

_LINK_START = r"[\"'][^<>]{0,500}+>(?:\s|<(?:u|b|i|em|span|strong)>){0,4}+"
_PROFILE = re.compile(
    rf"(?:https?://)?(?:[a-z]{{2,4}}\.)?linkedin\.com/(?:in|pub)/[^\s\"'<>)]*+(?:({_LINK_START})[^<]{{1,200}}+)?", re.I
)
PASSES = 4  # what one pass masks may bare another contact
_ANY_SIGN = re.compile(r"[0-9@+\[({<;%:=\#]| dot |linkedin", re.I)  # of all the patterns; most labels have none


def mask(text: str) -> str:
    """`text` with contacts replaced by `[email]`, `[phone]` and `[profile]`; idempotent and linear in time."""
    for _ in range(PASSES if _ANY_SIGN.search(text) else 0):
        before, text = text, _mask_once(text)
        if text == before:
            break
    return text


def _mask_once(text: str) -> str:
    told = text.lower()
    if "linkedin.com/in/" in told or "linkedin.com/pub/" in told:
        text = _PROFILE.sub(_profile, text)
    return _mask_phones(_mask_mails(text, told), told)


def _mask_mails(text: str, told: str) -> str:
    if "mailto:" in told:
        text = _MAIL_LINK.sub(EMAIL, text)
    if "cfemail" in told or "email-protection#" in told:
        text = _HIDDEN_MAIL.sub(rf"\1{EMAIL}", text)
    if "@" in told or "64;" in told or "x40;" in told or "&commat;" in told or "%40" in told:
        text = _MAIL.sub(EMAIL, text)
    if _SPELT_HINT.search(told):
        text = _SPELT_MAIL.sub(EMAIL, text)
    if " dot " in told:
        text = _WORDED_MAIL.sub(EMAIL, text)
    return text


def _mask_phones(text: str, told: str) -> str:
    if "tel:" in told or "sms:" in told or "callto:" in told:
        text = _TEL_LINK.sub(PHONE, text)
    if "wa.me/" in told or "whatsapp.com" in told:
        text = _CHAT_LINK.sub(PHONE, text)
    if "+" in text:
        text = _PLUS.sub(_phone, text)
    return _BARE.sub(_announced_phone, _GROUPED.sub(_phone, text))


def _profile(match: re.Match[str]) -> str:
    """The address goes, and with it the words of the link, which are the person's name."""
    return PROFILE if match[1] is None else PROFILE + match[1] + PROFILE


def _phone(match: re.Match[str]) -> str:
    text, start, end = match.string, match.start(), match.end()
    is_other = (
        _QUANTITY.fullmatch(match[0])
        or _NOT_A_PHONE_BEFORE.search(text[max(0, start - 16) : start])
        or _MONEY_AFTER.match(text, end)
    )
    return match[0] if is_other else PHONE


def _announced_phone(match: re.Match[str]) -> str:
    start = match.start()
    if not _PHONE_WORD.search(match.string[max(0, start - 40) : start]):
        return match[0]
    return _phone(match)
