"""HTML or plain text to clean lines of text: what every reader reads.

A posting arrives as HTML, as HTML escaped once too often, or as plain text. Inline elements are joined without a
blank ("Py<b>Torch</b>" is one word), blocks, list items and cells start a new line ("$150,000</p><h3>What" is two).
Typography that only looks different (no-break blank, U+2011) is made plain so that word lists match, and bytes
that were decoded with the wrong table are put right where the right reading is certain.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from store.markup import is_costly

MAX_SERVED = 1 << 20
MAX_CHARS = 100_000  # of what was served, embedded images left out; the longest seen has a quarter of it
MAX_TEXT = 100_000  # of plain text; the longest posting ever seen has a fifth of it
MAX_LINES = 5_000
MAX_MENDED = 40_000  # twice the longest posting ever seen; mending is the slowest thing done to a text
HEADING_CHARS = 120

_TAGS = re.compile(
    r"</?(?=[a-z])(?:p|br|div|ul|ol|li|h[1-6]|span|strong|b|em|i|u|a|table|tr|td|th|tbody|section|article|script|style|body|html"
    r"|pre|blockquote|font|hr|dl|dd|dt|img|header|footer|main)\b[^<>]{0,2000}>",
    re.I,
)
_ESCAPED_TAGS = re.compile(r"&lt;/?(?:p|br|div|ul|ol|li|h[1-6]|span|strong|b|em)\b", re.I)
_COMMON_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"))
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,6}|#x[0-9a-fA-F]{2,5});")
_FEW = 20  # more than most texts have of "&"
_DROPPED = ("script", "style", "noscript", "template", "head", "svg", "iframe", "object", "select", "textarea")
_HAS_DROPPED = re.compile(rf"<(?=[hinost])(?:{'|'.join(_DROPPED)})\b", re.I)
# The serialised tree has well-formed tags only; in raw text a "<" that opens no tag is text.
# Outside quotes no "<" may follow: what is left unclosed fails at the next tag, so hostile pages cost linear time.
_REST = r"(?=[\s/>])[^<>\"]*+(?:\"[^\"]{0,4000}+\"[^<>\"]*+){0,60}+>"
_BLOCK = re.compile(  # by first letters, or every tag would be compared with each of them
    "</?(?:p(?:re)?|d(?:iv|[dlt]|etails)|li|legend|br|blockquote|ul|o(?:l|ption)|t(?:[drh]|able|body|head|foot)"
    "|s(?:ection|ummary)|h(?:r|eader)|a(?:rticle|side|ddress)|f(?:ooter|ieldset|ig(?:ure|caption)|orm)|main|nav"
    "|c(?:aption|enter))" + _REST + "|</h[1-6]" + _REST,
    re.I,
)
_HEADING = re.compile("<h[1-6]" + _REST, re.I)
_BOLD = re.compile("<(?:b|strong)" + _REST, re.I)
_BOLD_END = re.compile("</(?:b|strong)" + _REST, re.I)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.S)
_PRE_OR_COMMENT = re.compile("<(?:pre|!--)")
_OTHER = re.compile("</?[a-zA-Z][a-zA-Z0-9:-]{0,40}+" + _REST + "|<![^>]{0,200}>")
_SIBLINGS = re.compile(r"</(?<=[a-zß-ÿ)%]</)(span|a|label|button)>(?=<\1\b[^<>]{0,300}>(?:[A-Z][a-z]|[$€£¥\d]))")
_EMBEDDED = re.compile(r"data:[\w/+.-]{1,40};base64,[\w+/=%]++")
_MOST_WORK = 2_000_000  # steps of the parser, 10 ms; the largest of 2,423 recorded pages takes a twentieth of it

# Marks of this module inside a text under work: start of a heading line, bold on, bold off.
_HEAD, _ON, _OFF = "\x01", "\x02", "\x03"
_MARKS = frozenset((_HEAD, _ON, _OFF))
_LATE_OFF, _LATE_ON = re.compile(f"\n{_OFF}"), re.compile(f"{_ON}\n")  # half the time of `replace`
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_CONTROL_CHARS = frozenset(map(chr, (*range(9), *range(11, 32), 127)))
_USUAL = bytes(sorted({*range(128)} - set(map(ord, _CONTROL_CHARS))))
# Odd typography -> its plain form. `replace` for each that is there beats one regex or translate by a factor of ten.
_PLAIN_FORMS = (
    (" ", "\u00a0\u202f\u2009\u200a\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2000\u2001\u205f\u3000\u1680"),
    ("-", "\u2010\u2011\u2012"),
    ("\n", "\u2028\u2029"),
    ("", "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff"),
    ("", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"),
)
_FORMS = {char: form for form, chars in _PLAIN_FORMS for char in chars}
_SPACES = re.compile("   *+")  # two or more: so spelt, two of them are searched as a word
_ORDINARY = re.compile(r"(/?[a-z][a-z0-9]{0,40}+)(?: [^<>\"]*+(?:\"[^<>\"]*+\"[^<>\"]*+){0,60}+)?+>")  # behind its "<"
_MOST_TAGS, _LONGEST_TAG = 4_096, 1_000
_BOLD_ONLY = re.compile(f"[^\\w{_ON}{_OFF}]*+(?:{_ON}[^{_ON}{_OFF}]*+{_OFF}[^\\w{_ON}{_OFF}]*+)++")

_SUSPICIOUS = re.compile("[ÃÂâåÅ][\u0080-\u00bf€‚„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|ï»¿|\ufffd|‚Ä[ôîìúùò¢]")
_SUSPICIOUS_STARTS = "ÃÂâåÅï\ufffd‚"
_ENGLISH_LIKE = re.compile(r"\b(?:the|and|with|und|der|die|mit|les|des|pour)\b", re.I)
# UTF-8 E2 80 xx read as ISO-8859-13 (ā) or TIS-620 (โ), the C1 bytes then dropped: xx is lost, ’ and — remain likely.
_STRIPPED = (("\u0101", re.compile("[\u0100-\u017f]")), ("\u0e42", re.compile("[\u0e00-\u0e7f]")))
_MENDABLE = frozenset(_SUSPICIOUS_STARTS).union(char for char, _ in _STRIPPED)


_Lines = list[tuple[int, int, bool]]


@dataclass(frozen=True, slots=True)
class Plain:
    """A clean text: `lines` are (start, end, is_heading) of its non-blank lines, offsets into `text`; `written` are all
    its lines."""

    text: str
    repaired: bool
    lines: _Lines
    written: list[str]
    is_cut: bool = False

    @property
    def flags(self) -> list[str]:
        """What befell it on the way, in the words of a reading."""
        return ["text_repaired"] * self.repaired + ["truncated"] * self.is_cut


def plain(html_or_text: str) -> Plain:
    """The text of a posting given as HTML or plain text, at most `MAX_TEXT` characters of it.

    `repaired` when mojibake was undone, `is_cut` when not all is there. Raises nothing. Headings are lines of h1-h6
    elements, lines wholly in bold and Markdown headings.
    """
    source = html_or_text[:MAX_SERVED]
    if len(source) > MAX_CHARS:
        source = _EMBEDDED.sub("", source) if "base64," in source else source
    is_whole = len(html_or_text) <= MAX_SERVED and len(source) <= MAX_CHARS
    source = source[:MAX_CHARS]
    is_html = "<" in source and _TAGS.search(source) is not None
    if not is_html and _has_entities(source) and "&lt;" in source and _ESCAPED_TAGS.search(source):
        for entity, char in _COMMON_ENTITIES:  # most of them: each that is left costs a call
            source = source.replace(entity, char)
        source = html.unescape(source)
        is_html = _TAGS.search(source) is not None
    marked, odd = _from_markup(source) if is_html else _from_text(source)
    mended = marked if odd.isdisjoint(_MENDABLE) else _mend(marked)
    odd = odd if mended is marked else _odd(mended)
    squeezed, rows, is_cut = _rows(_squeeze(mended, odd))
    written, lines = _bare(rows) if odd.isdisjoint(_MARKS) else _unmarked(rows)
    is_even = bool(lines) and lines[-1][1] == len(squeezed)  # nothing was left out
    return Plain(squeezed if is_even else "\n".join(written), mended != marked, lines, written, is_cut or not is_whole)


def _has_entities(text: str) -> bool:
    at = text.find("&")
    for _ in range(_FEW):  # a search for one character beats that for a pattern
        if at < 0 or _ENTITY.match(text, at):
            return at >= 0
        at = text.find("&", at + 1)
    return at >= 0 and _ENTITY.search(text, at) is not None


def _rows(squeezed: str) -> tuple[str, list[str], bool]:
    """As much of a squeezed text as is read, its lines, and whether that is not all of it."""
    rows = squeezed.split("\n")
    if not _is_long(squeezed, rows):
        return squeezed, rows, False
    even = _even(squeezed)
    rows = even.split("\n")
    if not _is_long(even, rows):
        return even, rows, False
    cut = "\n".join(even[:MAX_TEXT].split("\n", MAX_LINES)[:MAX_LINES]).strip()
    return cut, cut.split("\n"), True


def _is_long(text: str, rows: list[str]) -> bool:
    return len(text) > MAX_TEXT or len(rows) > MAX_LINES + 1


def _from_markup(source: str) -> tuple[str, set[str]]:
    """The marked text of HTML, and its odd characters."""
    marked = _from_html(source)
    if "<" in marked and "</" in marked and _TAGS.search(marked):  # escaped inside an element of its own
        marked = _from_html(marked)
    return marked, _odd(marked)


def _from_html(source: str) -> str:
    if any(char in source for char in _CONTROL_CHARS):  # cheaper than a look at each character
        source = _CONTROLS.sub(" ", source)
    served = source if is_costly(source, _MOST_WORK) else _serialised(source)
    text = served.replace("\r", "").replace("\n", " ")
    if _PRE_OR_COMMENT.search(text):
        text = _COMMENT.sub("", served.replace("\r", "") if "<pre" in text else text)
    marked = _exchanged(text)
    marked = _searched(text) if marked is None else marked
    return html.unescape(_LATE_ON.sub(f"\n{_ON}", _LATE_OFF.sub(f"{_OFF}\n", marked)))


def _exchanged(text: str) -> str | None:
    """`_searched` in a tenth of its time, where every "<" and ">" is that of an ordinary tag; else None."""
    parts = _SIBLINGS.sub(" ", text).replace(">", "><").split("<")
    try:
        parts[1::2] = map(_mark, parts[1::2])
    except LookupError:
        return None
    marked = "".join(parts)
    return None if ">" in marked else marked


@lru_cache(maxsize=_MOST_TAGS)
def _mark(tag: str) -> str:
    """What stands for a tag in a text under work; LookupError for what may be none, or would fill the memory."""
    if len(tag) > _LONGEST_TAG or _ORDINARY.fullmatch(tag) is None:
        raise LookupError
    return _searched("<" + tag)


def _searched(text: str) -> str:
    text = _HEADING.sub("\n" + _HEAD, _BLOCK.sub("\n", text))
    if "><" in text:
        text = _SIBLINGS.sub(" ", text)
    return _OTHER.sub("", _BOLD_END.sub(_OFF, _BOLD.sub(_ON, text)))


def _serialised(source: str) -> str:
    try:
        tree = LexborHTMLParser(source)
        if _HAS_DROPPED.search(source):
            tree.strip_tags(list(_DROPPED))
        return (tree.body.html if tree.body is not None else "") or ""
    except (SelectolaxError, ValueError, UnicodeError):
        return source


def _from_text(source: str) -> tuple[str, set[str]]:
    """The clean text, and its odd characters."""
    if "\r" in source:
        source = source.replace("\r\n", "\n").replace("\r", "\n")
    odd = _odd(source)
    clean = source if odd.isdisjoint(_CONTROL_CHARS) else _CONTROLS.sub("", source)
    text = html.unescape(clean) if _has_entities(clean) else clean
    return text, odd if text is source else _odd(text)


def _squeeze(text: str, odd: set[str]) -> str:
    for char in _FORMS.keys() & odd:
        text = text.replace(char, _FORMS[char])
    return _SPACES.sub(" ", text.replace("\t", " ")).strip()


def _odd(text: str) -> set[str]:
    """Its controls and characters beyond ASCII; made of bytes, as nothing else looks at each character so cheaply."""
    return set(text.encode(errors="surrogatepass").translate(None, _USUAL).decode(errors="surrogatepass"))


def _even(text: str) -> str:
    """A squeezed text without blanks around lines and with no two blank lines in a row."""
    text = text.replace(" \n", "\n").replace("\n ", "\n")
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.strip()


def _unmarked(rows: list[str]) -> tuple[list[str], _Lines]:
    """The lines of a squeezed text made even and without its marks, and the bounds of those that are not blank."""
    parts: list[str] = []
    lines: _Lines = []
    at, pending, is_blank = 0, "", True
    for line in rows:
        if is_blank and not line:  # two of three lines of HTML
            continue
        bare = line = line.strip(" ")
        is_marked = _ON in line or _HEAD in line or _OFF in line
        if is_marked:
            bare = _without_marks(line).strip()
        if bare:
            end = at + len(bare)
            could = is_marked or pending != "" or bare[0] in "#*"
            lines.append((at, end, could and _is_heading(pending + line, bare)))
            parts.append(bare)
            at, pending, is_blank = end + 1, "", False
            continue
        if _HEAD in line:
            pending = _HEAD
        if not is_blank:
            parts.append("")
            at, is_blank = at + 1, True
    return parts[:-1] if is_blank else parts, lines


def _without_marks(line: str) -> str:
    return line.replace(_ON, "").replace(_OFF, "").replace(_HEAD, "")


def _bare(rows: list[str]) -> tuple[list[str], _Lines]:
    """The lines of a squeezed text without marks made even, and the bounds of those that are not blank."""
    parts: list[str] = []
    lines: _Lines = []
    at, is_blank = 0, True
    for line in rows:
        line = line.strip(" ")
        if line:
            end = at + len(line)
            lines.append((at, end, line[0] in "#*" and _is_heading(line, line)))
            parts.append(line)
            at, is_blank = end + 1, False
        elif not is_blank:
            parts.append("")
            at, is_blank = at + 1, True
    return parts, lines


def _is_heading(line: str, bare: str) -> bool:
    if len(bare) > HEADING_CHARS or len(line) > 3 * HEADING_CHARS:
        return False
    if _HEAD in line or bare.startswith(("# ", "## ", "### ", "#### ")):
        return True
    is_bold = _ON in line and _BOLD_ONLY.fullmatch(line) is not None
    return is_bold or (bare.startswith("**") and bare.rstrip(":").endswith("**"))


def _mend(text: str) -> str:
    if any(char in text for char in _SUSPICIOUS_STARTS) and _SUSPICIOUS.search(text):
        head, rest = text[:MAX_MENDED], text[MAX_MENDED:]
        text = "\n".join(_fix_line(line) if _SUSPICIOUS.search(line) else line for line in head.split("\n")) + rest
    for char, script in _STRIPPED:
        if char in text and _is_stripped(text, char, script):
            text = _unstrip(text, char)
    return text


def _fix_line(line: str) -> str:
    import ftfy  # slow to import, seldom needed

    return str(ftfy.fix_encoding(line))


def _is_stripped(text: str, char: str, script: re.Pattern[str]) -> bool:
    """Whether `char` is left over from lost bytes: it alone stands for its script and stands where a letter cannot."""
    count = text.count(char)
    if count <= 0.9 * len(script.findall(text)) or not _ENGLISH_LIKE.search(text):
        return False
    joined = r"(?:\w{1,12}n@t|(?:we|you|they|i)@(?:re|ve|ll|d|m)|(?:it|that|there|here|what|who|let)@s)"
    evidence = re.compile(rf"\b{joined}\b|(?<!\w)@(?!\w)".replace("@", char), re.I)
    return len(evidence.findall(text)) >= max(1, count // 8)  # a name such as "Rāja", "whānau" has none


def _unstrip(text: str, char: str) -> str:
    quoted = re.sub(rf"(?<=[^\W\d_]){char}(?=(?:s|t|re|ve|ll|d|m)\b)", "\u2019", text)
    return quoted.replace(char, "\u2014")
