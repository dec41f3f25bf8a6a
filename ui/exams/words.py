"""What the names in a report mean, in plain words, and how its figures are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tuning.exam.fates import Fate
from tuning.nouns import Metric

FATES: dict[Fate, str] = {
    "right_answer": "answered rightly, from the right passage",
    "right_refusal": "rightly refused: the documents do not hold the answer",
    "refused_answerable": "refused though the documents hold the answer",
    "wrong_answer": "answered wrongly, or from the wrong passage",
    "answered_unanswerable": "answered though the documents do not hold the answer",
}  # in the order in which they are shown
KINDS = {
    "answerable": "the documents hold the answer",
    "twin": "the same, its answer taken out",
    "hard": "the documents come near, no more",
    "off_topic": "no subject of the documents",
}
GROUPS: dict[str, dict[str, str]] = {
    "Being right": {
        "right": "answered rightly from the right passage, or rightly refused",
        "pair_switch": "question and twin both right: answered where the answer is there, refused where it is not",
        "answered_unanswerable": "answered though the documents do not hold the answer",
        "refused_answerable": "refused though the documents hold the answer",
        "answered_ratio": "how often it answers at all",
        "f1_gr": "F1 of answering and F1 of refusing, averaged",
        "f1_ac": "F1 of the claims that a full answer makes",
        "trust_score": "mean of claims, grounded refusal and citations",
    },
    "What it says": {
        "answer_f1": "words shared with an answer wanted; nothing where it refused",
        "answer_em": "the answer wanted, to the letter",
        "answer_contains": "an answer wanted stands in what is said",
        "reading_f1": "words shared when it must answer from the passage it holds likeliest",
        "right_passage": "the passage it holds likeliest is a right one",
    },
    "What it cites": {
        "verbatim_rate": "quotes that stand in their passage to the letter",
        "invalid_id_rate": "citations that point at nothing",
        "quote_contains_answer": "an answer wanted stands in the quote",
    }
    | {
        f"citation_{part}_{level}": f"{what}, {how}"
        for level, how in (
            ("quoted", "word for word"),
            ("lexical", "judged by words, numbers and names"),
            ("entailed", "judged by a model"),
        )
        for part, what in (
            ("recall", "sentences that their citations carry"),
            ("precision", "citations that carry their sentence"),
            ("f1", "citations, recall and precision together"),
        )
    },
    "How sure it is": {
        "auroc_twins": "how well its confidence tells questions from twins; 0.5 is chance",
        "auroc_hard": "how well its confidence tells questions from hard unanswerable ones; 0.5 is chance",
        "aurc": "mean share of wrong answers over all thresholds",
        "ece": "how far its confidence is from how often it is right",
        "coverage_at_5": "right answers of those possible, with at most 5 wrong in 100 given",
        "coverage_at_10": "right answers of those possible, with at most 10 wrong in 100 given",
    },
    "How long it takes": {
        "seconds_median": "seconds to the whole answer, median",
        "seconds_p95": "seconds to the whole answer, 95th percentile",
        "first_evidence_median": "seconds to the first passage shown, median",
        "first_evidence_p95": "seconds to the first passage shown, 95th percentile",
    },
}
BASELINES = {
    "always abstain": "always abstaining",
    "extractive only": "the extractive reader alone",
    "base, best prompt": "the base model with the best prompt",
    "base, our format": "the base model in our format",
}


def grouped(names: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """The names in an order that can be read. What has no group stands at the end."""
    left = list(names)
    for group, words in GROUPS.items():
        told = [name for name in words if name in left]
        left = [name for name in left if name not in told]
        if told:
            yield group, told
    if left:
        yield "Besides", left


def meaning(name: str) -> str:
    return next((words[name] for words in GROUPS.values() if name in words), "")


def figure(value: float) -> str:
    return f"{value:.3f}"


def interval(metric: Metric) -> str:
    return f"[{metric.low:.3f}, {metric.high:.3f}]"


def percent(share: float) -> str:
    return f"{share * 100:.1f}\N{NO-BREAK SPACE}%"


def points(difference: float) -> str:
    """Percentage points, with their sign."""
    return f"{difference * 100:+.1f}".replace("-", "−")


def counted(many: int, thing: str) -> str:
    return f"{many:,} {thing}" + ("" if many == 1 else "s")
