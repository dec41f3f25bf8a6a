"""Rows to learn from that a reader can check by eye: how many crates stand where."""

from __future__ import annotations

from tuning.nouns import Example, Source

TOWNS = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Gorse", "Hazel", "Iris", "Juniper")


def source(number: int) -> Source:
    town = TOWNS[number % len(TOWNS)]
    said = f"The {town} store keeps {number + 11} crates. It opens at {number % 9 + 1}."
    return Source(f"{town}#1", f"{town} store", said)


def rows(many: int = 40) -> list[Example]:
    """Of every four, three are answered and one is not."""
    return [_row(number) for number in range(many)]


def _row(number: int) -> Example:
    shown = tuple(source((number + step) % len(TOWNS)) for step in range(3))
    place = number % 3
    town = TOWNS[(number + place) % len(TOWNS)]
    if number % 4 == 3:
        return Example(str(number), f"Who looks after the {town} store?", shown, kind="hard", origin="documents")
    answer = shown[place].text.split(" keeps ")[1].split(".")[0]
    return Example(str(number), f"What does the {town} store keep?", shown, (place,), answer, origin="documents")
