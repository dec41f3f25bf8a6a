"""Other ways of being introduced: who learns with one name alone may not know what to do under another."""

from __future__ import annotations

from itertools import product

NAMES = ("Assistant", "Guide", "Help desk", "Library", "Answers")
OF = ("our organisation", "the company", "the city", "the university", "the shop", "the clinic")


def voices() -> list[str]:
    return [f"You are {name}, the assistant of {whose}." for name, whose in product(NAMES, OF)]
