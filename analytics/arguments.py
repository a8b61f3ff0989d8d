"""What a caller of `Market` may give: one rule an argument, by its name, and one form of what is said of all else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from inspect import isfunction, signature
from numbers import Integral
from typing import Any, NamedTuple, TypeVar

Asked = TypeVar("Asked")


class Rule(NamedTuple):
    """What an argument is, in words that end the sentence "window is ...", and whether a value is that."""

    what: str
    fits: Callable[[Any], bool]


def number(low: int, high: int, unit: str = "") -> Rule:
    """A whole number from `low` to `high`, both included; True and 4.0 are none."""
    what = f"a whole number{unit} from {low:,} to {high:,}"
    return Rule(what, lambda one: isinstance(one, Integral) and not isinstance(one, bool) and low <= int(one) <= high)


TEXT = Rule("text", lambda one: isinstance(one, str))
RULES = {
    "window": number(1, 520, " of weeks"),
    "weeks": number(1, 520),
    "runs": number(0, 10_000),
    "resamples": number(20, 10_000),  # fewer tell no 95 % interval
    "term": TEXT,
    "figure": TEXT,
    "week": TEXT,
    "value": TEXT,
    "where": Rule(
        'a dict of columns and their values, as {"level": "senior"}',
        lambda one: one is None or isinstance(one, Mapping),
    ),
}


def checked(asked: type[Asked]) -> type[Asked]:
    """The class, whose own methods raise ValueError for an argument that is not what `RULES` says of its name."""
    for name, method in list(vars(asked).items()):
        if isfunction(method) and not name.startswith("_") and RULES.keys() & signature(method).parameters.keys():
            setattr(asked, name, _checked(method))
    return asked


def one_of(name: str, given: Any, choices: tuple[str, ...]) -> None:
    """Raises ValueError, with the choices, for an argument that is none of them."""
    if given not in choices:
        raise ValueError(f"{name} is {' or '.join(choices)}, not {given!r:.80}")


def _checked(method: Callable[..., Any]) -> Callable[..., Any]:
    told = signature(method)

    @wraps(method)
    def asked(*given: Any, **named: Any) -> Any:
        for name, one in told.bind(*given, **named).arguments.items():
            if name in RULES and not RULES[name].fits(one):
                raise ValueError(f"{name} is {RULES[name].what}, not {one!r:.80}")
        return method(*given, **named)

    return asked
