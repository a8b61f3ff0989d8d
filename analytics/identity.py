"""Identity: sighting (platform, board, native id) -> posting (one ad on several boards) -> opening (one role).

Frames in, frames out, the same for the same rows in any order. `Known` takes new advertisements as they come and
looks again only at those which the new ones touch.

ads: one row an advertisement, as `frame` makes it: posting_id, board (platform/token), company (a `company_key`),
employer and title (as shown) str; is_own bool (its board is one company's); first_at, last_at datetime64[us, UTC];
contents, titles object (tuples, one entry a version: content hash, `Title`); spots object (frozenset of places);
requisition object (`Requisition` or None).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from analytics.frames import TIME
from analytics.identity_links import Ad, is_repost, openings, postings
from analytics.identity_names import company_key, requisition_of, spots, title_of
from analytics.identity_texts import Shingled, Signed, learnt, signed
from analytics.near import Index, Pairs, components
from analytics.numeric import Ints

ALIKE = 0.7  # least share of the union of two texts of one wording
CUT, CONTAINED = 0.85, 0.65  # a text at most so long as the other is cut short if it has so much of itself in common,
HALF, HEADS = 0.45, 0.5  # or about half, as far as signatures can tell, and begins like the other
LEAST_CUT = 15  # shingles of a text cut short
NO_PAIRS = Pairs(*(np.empty(0, "int64"),) * 2, *(np.empty(0),) * 3)
IDENTITY = {"posting_id": "str", "posting_group": "str", "opening_id": "str", "is_repost": "bool"}
OPENINGS = {
    "opening_id": "str", "company": "str", "title": "str", "n_sightings": "int64", "n_postings": "int64",
    "n_boards": "int64", "n_places": "int64", "n_reposts": "int64", "first_seen_at": TIME, "last_seen_at": TIME,
    "is_open": "bool",
}  # fmt: skip


def frame(rows: Iterable[Mapping[str, Any]], aggregators: Iterable[str] = ()) -> pd.DataFrame:
    """`ads` from rows of posting_id, board, company, requisition (as printed), first_at, last_at, places (as stored)
    and versions, (content hash, title) each; boards of several companies are nobody's own, nor are `aggregators`.
    """
    told = pd.DataFrame([_ad(row) for row in rows], columns=_COLUMNS)
    several = told.groupby("board")["company"].transform("nunique") > 1
    told["is_own"] = ~several.astype(bool) & ~told["board"].isin(list(aggregators))
    for name in ("first_at", "last_at"):
        told[name] = pd.to_datetime(told[name], utc=True).dt.as_unit("us")
    return told.sort_values("posting_id", ignore_index=True)


_COLUMNS = ["posting_id", "board", "company", "employer", "title", "is_own", "first_at", "last_at"]
_COLUMNS += ["contents", "titles", "spots", "requisition"]


def _ad(row: Mapping[str, Any]) -> dict[str, Any]:
    company = company_key(row["company"])
    label = "; ".join(str(place.get("label") or place.get("city") or "") for place in row["places"])
    return {
        "posting_id": row["posting_id"], "board": row["board"], "company": company, "employer": row["company"],
        "title": row["versions"][0][1], "is_own": True, "first_at": row["first_at"], "last_at": row["last_at"],
        "contents": tuple(content for content, _ in row["versions"]),
        "titles": tuple(title_of(title, company, label) for _, title in row["versions"]),
        "spots": spots(row["places"]), "requisition": requisition_of(row["requisition"]),
    }  # fmt: skip


def identities(ads: pd.DataFrame, shingled: Shingled) -> pd.DataFrame:
    """One row an advertisement, in the order of `ads`: `IDENTITY`. Ids are those of the first of a group.

    is_repost: an earlier posting of the opening had left a place of it before it came.
    """
    return Known(learnt(ads, shingled)).add(ads, shingled)


class Known:
    """Advertisements known so far. What is known in the end does not depend on how many came at once."""

    def __init__(self, standing: Mapping[str, Any]) -> None:
        """`standing` is what `identity_texts.learnt` tells of the first postings."""
        self.standing = standing
        self.ads = frame([])
        self._index = Index()
        self._owners, self._sizes, self._pairs = np.empty(0, "int64"), np.empty(0, "int64"), NO_PAIRS

    def add(self, ads: pd.DataFrame, shingled: Shingled) -> pd.DataFrame:
        """Takes new advertisements in: `IDENTITY` of them and of those known ones that may be told otherwise now."""
        return self.take(ads, signed(ads, shingled, self.standing))

    def take(self, ads: pd.DataFrame, told: Signed) -> pd.DataFrame:
        """As `add`, with the signatures of the new advertisements."""
        n_known = len(self.ads)
        self.ads = pd.concat([self.ads, ads], ignore_index=True) if n_known else ads.reset_index(drop=True)
        self._owners = np.concatenate([self._owners, told.owners + n_known])
        self._sizes = np.concatenate([self._sizes, told.told.sizes])
        found = self._index.add(told.groups, told.told)
        self._pairs = Pairs(*(np.concatenate(both) for both in zip(self._pairs, found, strict=True)))
        return self._told(n_known)

    def _told(self, n_known: int) -> pd.DataFrame:
        """Of the advertisements whose texts hang together with those of the new ones, from number `n_known` on."""
        cluster = clusters(self._owners, self._kept(), len(self.ads))
        touched = np.flatnonzero(np.isin(cluster, cluster[n_known:]))
        return told(self.ads, touched, cluster[touched], self._wordings(touched))

    def _kept(self) -> Pairs:
        return Pairs(*(column[self._is_alike() | self._is_cut()] for column in self._pairs))

    def _is_alike(self) -> Any:
        return self._pairs.jaccard >= ALIKE

    def _is_cut(self) -> Any:
        """One text is the other cut short, on another board."""
        one, other = self._sizes[self._pairs.left], self._sizes[self._pairs.right]
        short, long = np.minimum(one, other), np.maximum(one, other)
        boards = pd.factorize(self.ads["board"])[0][self._owners]
        differ = boards[self._pairs.left] != boards[self._pairs.right]
        begins = (self._pairs.contained >= HALF) & (self._pairs.heads >= HEADS)
        is_cut = (short >= LEAST_CUT) & (short <= CUT * long) & ((self._pairs.contained >= CONTAINED) | begins)
        return is_cut & differ & ~self._is_alike()

    def _wordings(self, touched: Ints) -> dict[int, set[int]]:
        """The wordings of each of the advertisements: alike texts are of one, a text cut short is of the whole's."""
        alike, cut = (Pairs(*(column[mask] for column in self._pairs)) for mask in (self._is_alike(), self._is_cut()))
        wording = components(len(self._owners), alike.left, alike.right)
        held: dict[int, set[int]] = {number: set() for number in touched.tolist()}
        for row in np.flatnonzero(np.isin(self._owners, touched)).tolist():
            held[int(self._owners[row])].add(int(wording[row]))
        for one, other in zip(cut.left.tolist(), cut.right.tolist(), strict=True):
            short, long = (one, other) if self._sizes[one] < self._sizes[other] else (other, one)
            if (owner := int(self._owners[short])) in held:
                held[owner].add(int(wording[long]))
        return held


def clusters(owners: Ints, pairs: Pairs, n_ads: int) -> Ints:
    """The number of the cluster of each advertisement: those whose texts hang together, by whatever chain."""
    return components(n_ads, owners[pairs.left], owners[pairs.right])


def told(ads: pd.DataFrame, numbers: Ints, cluster: Ints, wordings: Mapping[int, set[int]]) -> pd.DataFrame:
    """`IDENTITY` of the advertisements of those numbers, which make up whole clusters."""
    rows: dict[int, tuple[str, str, bool]] = {}
    held = _ads(ads, numbers, wordings)
    order = np.argsort(cluster, kind="stable")
    for part in np.split(order, np.flatnonzero(np.diff(cluster[order])) + 1):
        rows.update(_linked([held[int(at)] for at in part], numbers[part].tolist()))
    names = ads["posting_id"].to_numpy()[numbers]
    made = [(name, *rows[number]) for name, number in zip(names, numbers.tolist(), strict=True)]
    return pd.DataFrame(made, columns=list(IDENTITY)).astype(IDENTITY)


def _ads(ads: pd.DataFrame, numbers: Ints, wordings: Mapping[int, set[int]]) -> list[Ad]:
    some = ads.iloc[numbers]
    days = [some[name].astype("int64") / 86_400e6 for name in ("first_at", "last_at")]
    columns = some["posting_id"], some["board"], some["is_own"], *days, some["titles"], some["spots"]
    return [
        Ad(name, board, own, first, last, frozenset(wordings[number]), tuple(dict.fromkeys(titles)), where, requisition)
        for number, name, board, own, first, last, titles, where, requisition in zip(
            numbers.tolist(), *columns, some["requisition"], strict=True
        )
    ]


def _linked(ads: list[Ad], numbers: list[int]) -> dict[int, tuple[str, str, bool]]:
    if len(ads) == 1:
        return {numbers[0]: (ads[0].posting_id, ads[0].posting_id, False)}
    at = {ad.posting_id: number for ad, number in zip(ads, numbers, strict=True)}
    found = {}
    for opening in openings(postings(ads)):
        for posting in opening:
            same = posting[0].posting_id, opening[0][0].posting_id, is_repost(posting, opening)
            found.update({at[ad.posting_id]: same for ad in posting})
    return found


def opening_frame(ads: pd.DataFrame, identity: pd.DataFrame, is_open: pd.Series[Any]) -> pd.DataFrame:
    """One row an opening, by first sighting: `OPENINGS`. `is_open` tells by posting_id, of those that count.

    n_sightings counts advertisements, n_postings the postings that they are, n_places distinct places. Company and
    title are those of the first advertisement on the employer's own board, if there is one.
    """
    counted = is_open.rename("is_open").rename_axis("posting_id").reset_index()
    wide = identity.merge(ads, on="posting_id").merge(counted, on="posting_id")
    wide = wide.sort_values(["first_at", "posting_id"], ignore_index=True)
    by, own = wide.groupby("opening_id", sort=False), wide.sort_values("is_own", ascending=False, kind="stable")
    named = own.drop_duplicates("opening_id").set_index("opening_id")
    reposts = wide[wide["is_repost"]].groupby("opening_id")["posting_group"].nunique()
    made = pd.DataFrame({
        "company": named["employer"], "title": named["title"], "n_sightings": by.size(),
        "n_postings": by["posting_group"].nunique(), "n_boards": by["board"].nunique(),
        "n_places": by["spots"].agg(lambda held: len(set(chain.from_iterable(held)))), "n_reposts": reposts,
        "first_seen_at": by["first_at"].min(), "last_seen_at": by["last_at"].max(), "is_open": by["is_open"].any(),
    }, index=by.size().index)  # fmt: skip
    return made.fillna({"n_reposts": 0}).reset_index(names="opening_id")[list(OPENINGS)].astype(OPENINGS)
