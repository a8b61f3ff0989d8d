"""Markdown of an advertisement as HTML: headings, list items and paragraphs, a line each, with bold and italic."""

from __future__ import annotations

import re

from crawler.spiders import fields

ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
AWAY = 0xE000  # where escaped marks are kept, among characters without a meaning
BACK = {AWAY + code: code for code in range(33, 127)}
INLINE = (
    (re.compile(r"!\[[^\[\]]{0,300}\]\([^()\s]{0,1000}\)"), ""),
    (re.compile(r"\[([^\[\]]{1,300})\]\([^()\s]{0,1000}\)"), r"\1"),
    (re.compile(r"(\*\*|__)(?=\S)(.{1,1000}?)(?<=\S)\1"), r"<b>\2</b>"),
    (re.compile(r"(?<![\w*])([*_])(?=\S)([^*_]{1,1000})(?<=\S)\1(?![\w*])"), r"<i>\2</i>"),
)
BLOCKS = ((re.compile(r"#{1,6}\s+"), "<h3>{}</h3>"), (re.compile(r"(?:[-*+]|\d{1,2}\.)\s+"), "<li>{}</li>"))
LISTS = re.compile(r"<li>.*(?:\n<li>.*)*")


def html_of(markdown: str) -> str:
    """The text as HTML; of links the words, of images nothing."""
    html = "\n".join(filter(None, (_block(line.strip()) for line in markdown.splitlines())))
    return LISTS.sub(r"<ul>\n\g<0>\n</ul>", html)


def _block(line: str) -> str:
    for start, form in BLOCKS:
        if found := start.match(line):
            return form.format(_inline(line[found.end() :]))
    told = _inline(line)
    return f"<p>{told}</p>" if told else ""


def _inline(line: str) -> str:
    told = ESCAPED.sub(lambda mark: chr(AWAY + ord(mark[1])), fields.html_of(line))
    for pattern, html in INLINE:
        told = pattern.sub(html, told)
    return told.translate(BACK).strip()
