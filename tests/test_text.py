"""HTML to lines of text, and the sections that headings make of them."""

from __future__ import annotations

from itertools import pairwise

import pytest

from analytics.sections import SECTIONS, section_at, sections
from analytics.text import plain


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>Py<b>Tor</b>ch</p>", "PyTorch"),
        ("<p>$150,000</p><h3>What</h3>", "$150,000\n\nWhat"),
        ("<ul><li>Spark</li><li>Ray</li></ul>", "Spark\n\nRay"),
        ("<table><tr><td>Zone 1</td><td>$90</td></tr></table>", "Zone 1\n\n$90"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<p>a</p><script>if (a < b) { c() }</script><style>p { }</style>", "a"),
        ("<p>R&amp;D &lt;3 &euro;5</p>", "R&D <3 €5"),
        ("&lt;p&gt;C++ &amp;amp; Go&lt;/p&gt;&lt;p&gt;SQL&lt;/p&gt;", "C++ & Go\n\nSQL"),
        ("plain text, 3 < 4\r\nand  more", "plain text, 3 < 4\nand more"),
        ("fine\u2011tuning\u00a0of\u200b models", "fine-tuning of models"),
        ("<p>a<!-- <b>no</b> --> b</p>", "a b"),
        ("<div>&lt;p&gt;C++&lt;/p&gt;&lt;p&gt;The team&amp;rsquo;s&lt;/p&gt;</div>", "C++\n\nThe team’s"),
        ("<span>Entry Level</span><span>$110,000</span>", "Entry Level $110,000"),
        ("<p>Py<span>thon</span> and XLM-<span>Ro</span><span>berta</span></p>", "Python and XLM-Roberta"),
        ("<p>a</p><xmp>1 >p> 0</xmp><p>b</p>", "a\n1 >p> 0\nb"),
        (f"<p>a<br title='{'x' * 2_000}'>b</p>", "a\nb"),
        ("", ""),
    ],
)
def test_text_of_a_fragment(source: str, text: str) -> None:
    assert plain(source).text.replace("\n\n", "\n") == text.replace("\n\n", "\n")


@pytest.mark.parametrize(
    ("damaged", "mended"),
    [
        ("Itâ€™s the bestÃ© one", "It’s the besté one"),
        ("You donāt need it. Weāre here ā and the team grows.", "You don’t need it. We’re here — and the team grows."),
        ("Deploy โ then monitor the model", "Deploy — then monitor the model"),
    ],
)
def test_mojibake_is_mended(damaged: str, mended: str) -> None:
    assert plain(damaged).text == mended
    assert plain(damaged).repaired


@pytest.mark.parametrize(
    "sound",
    [
        "We work with Māori and Pākehā communities and the whānau",
        "โปรแกรมเมอร์ and the team โอกาส",
        "Zināt, strādāt and the rēķini",
        "Crème brûlée for the naïve",
        "Raised by the founders — 5 € a day",
    ],
)
def test_sound_text_is_left_alone(sound: str) -> None:
    assert plain(sound).text == sound
    assert not plain(sound).repaired


def test_headings_are_tags_bold_lines_and_markdown() -> None:
    html = "<h2>Role</h2><p>Text <b>bold</b> here</p><p><strong>Benefits:</strong></p><h3><p>Deep</p></h3><p>Last</p>"
    found = plain(html)
    headings = [found.text[start:end] for start, end, is_heading in found.lines if is_heading]
    assert headings == ["Role", "Benefits:", "Deep"]
    found = plain("## Role\ntext\n**Perks**\nmore")
    assert [is_heading for _, _, is_heading in found.lines] == [True, False, True, False]


@pytest.mark.parametrize(
    "hostile",
    [
        "<div>" * 50_000,
        '<a href="' * 50_000,
        "<" * 200_000,
        "<!--" * 50_000,
        "<b></b>" * 50_000 + "x",
        "a\ud800<p>b\x00",
        "&" * 100_000,
        "<p>" + "â€™ " * 20_000,
        "x" * 3_000_000,
    ],
    ids=range(9),
)
def test_hostile_input_is_read_to_a_bounded_end(hostile: str) -> None:
    found = plain(hostile)
    assert len(found.text) <= 1 << 20
    assert all(0 <= start < end <= len(found.text) for start, end, _ in found.lines)
    assert [span.name in SECTIONS for span in sections(found)] == [True] * len(sections(found))


POSTING = """<p>Harbor builds maps.</p><h3>About Harbor</h3><p>We use language models.</p>
<h3>What you'll do at Harbor</h3><ul><li>Train rankers</li></ul>
<p><b>Must-haves:</b></p><ul><li>Python</li></ul><h3>Nice to have</h3><ul><li>Rust</li></ul>
<p><strong>Perks &amp; Benefits</strong></p><p>Dental</p><p>We are an equal opportunity employer.</p><p>Gym</p>
<h3>Interview process</h3><p>Please do not use assistants.</p>"""


def test_sections_of_a_posting() -> None:
    found = plain(POSTING)
    spans = sections(found)
    where = {word: section_at(spans, found.text.index(word)) for word in (
        "maps", "language", "rankers", "Python", "Rust", "Dental", "equal", "Gym", "assistants")}  # fmt: skip
    assert where == {
        "maps": "intro", "language": "company", "rankers": "duties", "Python": "requirements", "Rust": "preferred",
        "Dental": "benefits", "equal": "notice", "Gym": "benefits", "assistants": "notice",
    }  # fmt: skip
    assert spans[0].start == 0
    assert spans[-1].end == len(found.text)
    assert all(one.end == other.start for one, other in pairwise(spans))


@pytest.mark.parametrize(
    ("heading", "section"),
    [
        ("Deine Aufgaben", "duties"),
        ("Das bringst du mit", "requirements"),
        ("Wir bieten", "benefits"),
        ("Über uns", "company"),
        ("Profil recherché", "requirements"),
        ("Vos missions", "duties"),
        ("Avantages", "benefits"),
        ("Ce serait un plus", "preferred"),
        ("🚀 Responsibilities:", "duties"),
        ("BASIC QUALIFICATIONS", "requirements"),
        ("Use of AI", "notice"),
        ("What you would bring", "requirements"),
        ("You will fit in if you", "requirements"),
        ("[About the role]", "role"),
        ("About Zephyr", "company"),
        ("¿Qué harás?", "duties"),
        ("Wie zoeken we?", "requirements"),
        ("Mile widziane", "preferred"),
        ("応募資格", "requirements"),
        ("Our tech stack", "role"),
    ],
)
def test_headings_of_three_languages_in_plain_text(heading: str, section: str) -> None:
    found = plain(f"Hello there.\n\n{heading}\n\nZeppelin")
    assert section_at(sections(found), found.text.index("Zeppelin")) == section


def test_a_sentence_cue_holds_for_its_line_only() -> None:
    found = plain("Requirements:\nPython\nNice to have: Zig\nSQL\nLocation: Oslo\nSpark")
    at = [section_at(sections(found), found.text.index(word)) for word in ("Python", "Zig", "SQL", "Spark")]
    assert at == ["requirements", "preferred", "requirements", "requirements"]


def test_where_no_heading_rules_the_opening_words_do() -> None:
    found = plain(
        "Tarn maps lakes with language models. You will build Flink jobs. You know Scala well. Nice to have: Zig.\n\n"
        "- Design dashboards\n- 5+ years with Kafka\n- Experience with Trino\n\nMeet the team\n\nWe met at Neon."
    )
    names = {
        word: section_at(sections(found), found.text.index(word))
        for word in ("language", "Flink", "Scala", "Zig", "dashboards", "Kafka", "Trino", "Neon")
    }
    assert names == {
        "language": "intro", "Flink": "duties", "Scala": "requirements", "Zig": "preferred", "dashboards": "duties",
        "Kafka": "requirements", "Trino": "requirements", "Neon": "company",
    }  # fmt: skip


def test_headings_amid_a_line() -> None:
    found = plain("Wir bauen Maschinen für Mühlen. Was Sie tun: Modelle mit Keras. Was Sie mitbringen: Rust und Mut.")
    at = [section_at(sections(found), found.text.index(word)) for word in ("Keras", "Rust")]
    assert at == ["duties", "requirements"]
