"""New words: known answers, the gates one by one, what is known already, and what the store gives to read."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics.emerging import COLUMNS, burst, emerging, is_known, log_odds
from analytics.emerging_load import MOST_OF_EMPLOYER, chosen, texts
from analytics.ngrams import Text, collect, frequent
from store import runs, write
from store.connect import open_engine
from store.migrate import upgrade
from store.posting import Posting, content_hash, to_json

GOLDEN = json.loads((Path(__file__).parent / "golden" / "questions.json").read_text(encoding="utf-8"))
TERMS = {
    "mcp": (24, 400, 3, 1200, 0.004), "agentic": (60, 400, 120, 1200, 0.09), "pytorch": (210, 400, 620, 1200, 0.52),
    "rare_x": (2, 400, 0, 1200, 0.001),
}  # fmt: skip
BEFORE, NOW = (2900, 2912), (2913, 2925)
WORDS = [
    "river",
    "stone",
    "cloud",
    "maple",
    "amber",
    "field",
    "violet",
    "candle",
    "harbor",
    "meadow",
    "copper",
    "lantern",
]


def near(value: object) -> object:
    return pytest.approx(value, rel=1e-4, abs=6e-5)


@pytest.mark.parametrize("term", TERMS)
def test_known_log_odds(term: str) -> None:
    assert list(map(float, log_odds(*TERMS[term]))) == near(GOLDEN["7_fw"][term])
    y1, n1, y0, n0, _ = TERMS[term]
    raw = log_odds(y1, n1, y0, n0, 0.5, kappa=1.0)  # half a posting in each cell
    assert float(raw.change) == near(GOLDEN["7_raw_lor"][term])


def test_known_burst() -> None:
    found = burst([2, 3, 2, 3, 2, 4, 9, 11, 10, 12], [200] * 10)
    assert [found.base, found.raised, found.state.tolist(), found.weight] == [near(v) for v in GOLDEN["7_burst"]]


def test_a_burst_is_the_cheapest_of_all_paths() -> None:
    r, d = np.array([1, 6, 5, 1, 0, 9, 8]), np.full(7, 40)
    found = burst(r, d)
    cost = [-stats.binom.logpmf(r, d, p) for p in (found.base, found.raised)]
    paths = [[(n >> at) & 1 for at in range(7)] for n in range(2**7)]

    def total(path: list[int]) -> float:
        rises = sum(now > before for before, now in zip([0, *path], path, strict=False))
        return sum(cost[state][at] for at, state in enumerate(path)) + rises * math.log(7)

    assert found.state.tolist() == min(paths, key=total)
    assert burst([0, 0], [5, 5]).weight == 0


def market(
    said: Mapping[str, Mapping[str, object]] | None = None, employers: int = 60, seed: int = 1
) -> Iterator[Text]:
    """Two postings an employer and window over 26 weeks; `said`: phrase -> who says it in which window.

    Each phrase of `said` has: who (number of employers), window (now, both), platforms, same (one text for all).
    """
    rng = np.random.default_rng(seed)
    for number in range(employers * 4):
        who, is_now = number // 4, number % 4 > 1
        week = int(rng.integers(*(NOW if is_now else BEFORE)))
        words = [str(word) for word in rng.permutation(WORDS)]
        platform = f"p{who % 3}"
        for phrase, told in (said or {}).items():
            if who < int(str(told["who"])) and (is_now or told.get("window") == "both"):
                words = WORDS.copy() if told.get("same") else words
                words.insert(4, f"{phrase}.")
                platform = "p0" if told.get("platforms") == 1 else platform
        yield str(number), week, f"c{who}", platform, f"We like {' '.join(words)}."


def names(found: pd.DataFrame) -> list[str]:
    return found["term"].tolist()


def test_a_new_word_is_found_with_its_sample() -> None:
    found = emerging(market({"Zorbly Weaver": {"who": 30}}), NOW, BEFORE)
    assert names(found) == ["Zorbly Weaver"]
    row = found.iloc[0]
    assert row[["employers_now", "employers_before", "n_now", "n_before", "platforms"]].tolist() == [30, 0, 60, 0, 3]
    assert row["status"] == "candidate, unreviewed"
    assert "Zorbly Weaver" in row["example"]
    assert len(row["example"].split()) <= 12
    assert row["burst_weight"] > 3
    first_week = min(week for _, week, _, _, text in market({"Zorbly Weaver": {"who": 30}}) if "Zorbly" in text)
    assert row["first_seen_on"] == pd.Timestamp("1970-01-01") + pd.Timedelta(days=7 * first_week - 3)
    assert dict(found.dtypes.astype(str)) == COLUMNS


@pytest.mark.parametrize(
    ("told", "found"),
    [({}, ["Zorbly"]), ({"who": 7}, []), ({"window": "both"}, []), ({"platforms": 1}, []), ({"same": True}, [])],
    ids=["all gates open", "few employers", "not new", "one platform", "one text"],
)
def test_each_gate_alone_keeps_a_word_out(told: dict[str, object], found: list[str]) -> None:
    shown = names(emerging(market({"Zorbly": {"who": 60, **told}}, employers=120), NOW, BEFORE))
    assert [name for name in shown if "Zorbly" in name] == found


def test_nothing_new_finds_nothing() -> None:
    found = [len(emerging(market(seed=seed), NOW, BEFORE)) for seed in range(3)]
    assert found == [0] * 3


def test_of_sequences_within_each_other_one_is_told() -> None:
    both = emerging(market({"Zorbly Context Weaver": {"who": 30}}), NOW, BEFORE)
    assert names(both) == ["Zorbly Context Weaver"]


def test_what_the_lexicon_has_is_no_candidate() -> None:
    known = ("PyTorch", "machine learning", "CI/CD", "PyTorch models", "Berlin")
    assert [is_known(name.replace("/", " ")) for name in known] == [True] * 5
    assert [is_known(name) for name in ("Zorbly", "Claude Zorbly")] == [False] * 2
    said = {"PyTorch": {"who": 60}, "Zorbly": {"who": 60}}
    assert names(emerging(market(said, employers=120), NOW, BEFORE)) == ["Zorbly"]


def test_names_are_words_of_their_own() -> None:
    corpus = collect([("1", 2900, "c", "p", "C++, Node.js and zorbly-ai/zorb; R&D of TensorFlow/JAX, e.g. vLLM.")])
    held = ["C++", "Node.js", "and", "zorbly-ai/zorb", "R&D", "of", "TensorFlow", "JAX", "e.g", "vLLM"]
    assert [corpus.spellings[n] for n in corpus.word] == held


def test_sequences_are_counted_like_by_hand() -> None:
    rows = list(market(employers=12))
    corpus = collect(rows)
    is_now = np.array([week >= NOW[0] for week in corpus.week])
    for grams in frequent(corpus, is_now, 3):
        users: dict[str, set[tuple[str, bool]]] = {}
        for _, week, company, _, text in rows:
            words = text.removesuffix(".").casefold().split(" ")[2:]
            for at in range(len(words) - grams.size + 1):
                users.setdefault(" ".join(words[at : at + grams.size]), set()).add((company, week >= NOW[0]))
        wanted = {name for name, who in users.items() if len(who) >= 3 and name not in ("we", "like")}
        found = {
            " ".join(corpus.folded[corpus.fold[w]] for w in corpus.word[at : at + grams.size]) for at in grams.first
        }
        assert {name for name in found if "like" not in name} == wanted


def test_no_text_no_row() -> None:
    for rows in ([], [("1", 2913, "c", "p", "")], [("1", 1, "c", "p", "Zorbly")]):
        found = emerging(iter(rows), NOW, BEFORE)
        assert len(found) == 0
        assert dict(found.dtypes.astype(str)) == COLUMNS


def test_a_large_employer_gives_a_part() -> None:
    many = pd.DataFrame({"posting_id": [str(n) for n in range(90)], "content_hash": [f"{n:03}" for n in range(90)]})
    new = many.assign(week_number=[2900, 2913, 2950] * 30, company="c", platform="p")
    kept = chosen(new, NOW, BEFORE)
    assert kept["week_number"].value_counts().to_dict() == {2900: MOST_OF_EMPLOYER, 2913: MOST_OF_EMPLOYER}


def test_only_what_a_posting_asks_for_is_read(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/jobtide.db"
    engine = open_engine(url)
    upgrade(engine)
    body = "<h2>Requirements</h2><ul><li>Years of Zorbly</li></ul><h2>Benefits</h2><ul><li>Free Quuxcake</li></ul>"
    posted = [Posting(external_id=str(n), title="ML Engineer", body_html=body + f"<p>{n}</p>") for n in range(2)]
    day = datetime(2026, 1, 5, tzinfo=UTC)
    claim = runs.claim(engine, "crawl", day, now=day, clock="given")
    result = write.BoardResult(
        platform="lever", token="a", fetched_at=day, postings=posted, verdict="snapshot", listed=2
    )
    with engine.connect() as conn:
        write.record_board(conn, claim, result, day)
    engine.dispose()
    hashes = [content_hash(to_json(one)) for one in posted]
    new = pd.DataFrame({"posting_id": ["lever/a/0", "lever/a/1"], "content_hash": hashes, "week_number": [2900, 2990]})
    found = list(texts(url, new.assign(company="A", platform="lever"), NOW, BEFORE))
    assert [row[:4] for row in found] == [("lever/a/0", 2900, "A", "lever")]
    assert "Zorbly" in found[0][4]
    assert "Quuxcake" not in found[0][4]
