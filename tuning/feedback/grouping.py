"""Questions that ask for the same: their vectors point the same way, and they name the same numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from retrieval import Encoder, Vectors, terms
from tuning.feedback.nouns import Gap

ALIKE = 0.72  # cosine of two questions that ask for the same
NEAR = 0.5  # that will do where they share most of their words
SHARED = 0.6  # of the words that either has
_NUMBER = re.compile(r"[^\W\d_]*\d[\w.]*")


def grouped(gaps: Sequence[Gap], encoder: Encoder) -> list[list[Gap]]:
    """Average linkage: the two groups most alike become one, as long as there are two alike enough.

    In each the wording that was asked most often stands first; so do the same gaps in any order give the same groups.
    """
    asked = Counter(gap.question for gap in gaps)
    questions = sorted(asked, key=lambda question: (-asked[question], question))
    if not questions:
        return []
    places = _merged(_alike(questions, encoder.encode(questions)))
    of = {question: [gap for gap in gaps if gap.question == question] for question in questions}
    return [[gap for place in sorted(group) for gap in of[questions[place]]] for group in places]


def _alike(questions: Sequence[str], vectors: Vectors) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """How much more alike than need be two questions are: below 0, they ask for different things."""
    cosines = (vectors @ vectors.T).astype(np.float64)
    words = [set(terms(question)) for question in questions]
    numbers = [{found.casefold() for found in _NUMBER.findall(question)} for question in questions]
    found = cosines - ALIKE
    for one in range(len(questions)):
        for other in range(one):
            if numbers[one] != numbers[other]:
                margin = -1.0
            elif len(words[one] & words[other]) >= SHARED * len(words[one] | words[other]):
                margin = float(cosines[one, other]) - NEAR
            else:
                continue
            found[one, other] = found[other, one] = margin
    return found


def _merged(alike: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> list[list[int]]:
    """Groups of places. A sum for each pair of groups is kept, and one line of it added to another when they merge."""
    sums, sizes = alike.copy(), np.ones(len(alike))
    np.fill_diagonal(sums, -np.inf)
    groups = [[place] for place in range(len(alike))]
    while True:
        means = sums / np.outer(sizes, sizes)
        best = int(np.argmax(means.round(6)))
        one, other = sorted(divmod(best, len(alike)))
        if means[one, other] < 0:
            return sorted((group for group in groups if group), key=min)
        sums[one] += sums[other]
        sums[:, one] += sums[:, other]
        sums[one, one] = -np.inf
        sums[other], sums[:, other] = -np.inf, -np.inf
        sizes[one] += sizes[other]
        groups[one], groups[other] = groups[one] + groups[other], []
