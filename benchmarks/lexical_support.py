"""How often the lexical verifier errs, on claims known to be true and the same with one thing changed:
`GROUNDSMITH_DATA=… python -m benchmarks.lexical_support [--looked] [--show N] [--out FILE]`.

True claims come from training rows of squad2 (answers, answers put into their question, whole sentences) and
contractnli (clauses, hypotheses, verdicts). The rows that the rules were mended on are told apart (`--looked`).
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.support.verifiers import LexicalVerifier
from benchmarks.data import Row, data_folder, rows
from benchmarks.shares import Share, share, shown
from retrieval.units import sentences

SEED = 20261121
LOOKED_AT = {"Warsaw", "Islamism", "Packet_switching", "1973_oil_crisis"}  # and every other contract
ELSEWHERE = "statement, from another passage that holds the answer"  # a few of which may carry it, too
EACH = 700  # questions of squad2
_HELPING = "is|are|was|were|can|could|may|might|must|shall|should|will|would|has|have|had"
_ASKED = re.compile(rf"(?:Who|What|Which [\w' -]+?) ((?:{_HELPING}) .+)\?$|Who ((?!did\b|does\b|do\b)\w+ .+)\?$")
_NUMBER = re.compile(r"(?<![\w.,-])\d[\d,]*(?:\.\d+)?(?![\w-])")
_MONTHS = [
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
]  # fmt: skip
_MONTH = "|".join(_MONTHS)
_DATE = re.compile(rf"\b(?:\d{{1,2}} (?:{_MONTH})|(?:{_MONTH}) \d{{1,2}}\b|(?:{_MONTH}),? \d{{4}})(?:,? \d{{4}})?")
_UNIT = re.compile(r"(?<=\d )(years|months|days|hours|miles|kilometres|million|billion|percent)\b|(?<=\d)%")
_OTHER_UNIT = {"years": "months", "months": "days", "days": "weeks", "hours": "days", "miles": "feet", "%": " years"}
_NAME = re.compile(r"(?<![.!?\"“] )(?<!^)\b[A-Z][a-z]{2,}(?: [A-Z][a-z]+)*")
_ANY_NAME = re.compile(r"\b[A-Z][a-z]{2,}(?: [A-Z][a-z]+)*")
_AFFIRMED = re.compile(rf"\b({_HELPING})\b (?!not\b|no\b|never\b|be\b|been\b)")
_DENIED = re.compile(rf"\b({_HELPING}|did|does|do) not\b")
_DENYING = re.compile(r"\b(?:not|no|nor|never|none|neither|nothing|without|cannot)\b|n['’]t\b", re.IGNORECASE)


@dataclass(frozen=True)
class Pair:
    kind: str
    true: bool
    premise: str
    claim: str
    question: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--looked", action="store_true", help="the rows that the rules were mended on")
    parser.add_argument("--show", type=int, default=0, help="print this many errors of each kind")
    parser.add_argument("--out", type=Path, help="write the figures to this file")
    options = parser.parse_args()
    folder = data_folder()
    pairs = [*squad2(folder / "squad2", options.looked), *contractnli(folder / "contractnli", options.looked)]
    verifier = LexicalVerifier()
    said = [(pair, verifier.supports(pair.premise, pair.claim, pair.question)) for pair in pairs]
    figures = {name: rate for name, rate in errors(said).items() if rate}
    print("\n".join(shown(name, rate) for name, rate in figures.items()))
    _print_errors(said, options.show)
    if options.out:
        found = {"verifier": verifier.name, "seed": SEED, "looked_at": options.looked, "metrics": figures}
        options.out.write_text(json.dumps(found, indent=1) + "\n")


def errors(said: Sequence[tuple[Pair, bool]]) -> dict[str, Share | None]:
    """Both ways of being wrong, by kind and over all: refused though true, accepted though false."""
    found = {}
    for true, name in ((True, "refused though true"), (False, "accepted though false")):
        mine = [(pair.kind, supported != true) for pair, supported in said if pair.true == true]
        for kind in sorted({kind for kind, _ in mine}):
            found[f"{name}: {kind}"] = share([wrong for other, wrong in mine if other == kind])
    return found


def _print_errors(said: Sequence[tuple[Pair, bool]], many: int) -> None:
    shown_of: dict[tuple[str, bool], int] = {}
    for pair, supported in said:
        key = (pair.kind, pair.true)
        if supported != pair.true and shown_of.get(key, 0) < many:
            shown_of[key] = shown_of.get(key, 0) + 1
            print(f"\n{'refused' if pair.true else 'accepted'}: {pair.kind}\n  Q {pair.question}\n  C {pair.claim}")
            print(f"  P {pair.premise}")


# ------------------------------------------------------------------------------------- true claims


def squad2(folder: Path, looked: bool) -> Iterator[Pair]:
    corpus = {row["id"]: row for row in rows(folder / "corpus.jsonl")}
    asked = [row for row in rows(folder / "questions.jsonl") if row["split"] == "train" and row["answerable"]]
    asked = [row for row in asked if (row["article"] in LOOKED_AT) == looked]
    draw = random.Random(SEED)
    for row in draw.sample(asked, min(EACH, len(asked))):
        passage = corpus[row["gold_ids"][0]]
        evidence = _evidence(row, passage["text"])
        if evidence:
            others = [one["text"] for one in corpus.values() if one["title"] == passage["title"]]
            yield from _told(row, passage, evidence, draw, others)


def _told(row: Row, passage: Row, evidence: str, draw: random.Random, others: Sequence[str]) -> Iterator[Pair]:
    answer, question, headed = row["answers"][0], row["question"], f"{passage['title'].replace('_', ' ')}\n"
    claims = [("answer", answer, question), ("sentence", evidence, "")]
    stated = _ASKED.fullmatch(question)
    if stated:
        claims.append(("statement", f"{answer[0].upper()}{answer[1:]} {stated[1] or stated[2]}.", question))
        elsewhere = [text for text in others if f" {answer} " in text and text != passage["text"]]
        yield from (Pair(ELSEWHERE, False, headed + text, claims[-1][1], question) for text in elsewhere)
    for kind, claim, asked in claims:
        for where, premise in (("sentence", evidence), ("passage", passage["text"])):
            if (kind, where) != ("sentence", "sentence"):
                pair = Pair(f"{kind}, from the {where}", True, headed + premise, claim, asked)
                yield from (pair, *corrupted(pair, draw, others))


def _evidence(row: Row, text: str) -> str | None:
    """The sentence that holds an answer and shares most words with the question."""
    held = [text[start:end] for start, end in sentences(text) if row["answers"][0] in text[start:end]]
    asked = set(row["question"].lower().split())
    return max(held, key=lambda one: len(asked & set(one.lower().split())), default=None)


def contractnli(folder: Path, looked: bool) -> Iterator[Pair]:
    corpus = {row["id"]: row["text"] for row in rows(folder / "corpus.jsonl")}
    train = [row for row in rows(folder / "questions.jsonl") if row["split"] == "train" and row["answerable"]]
    docs = sorted({row["doc"] for row in train})
    draw = random.Random(SEED)
    for row in train:
        if (docs.index(row["doc"]) % 2 == 0) == looked:
            yield from _agreed(row, "\n".join(corpus[id] for id in row["gold_ids"]), draw, list(corpus.values()))


def _agreed(row: Row, passages: str, draw: random.Random, others: Sequence[str]) -> Iterator[Pair]:
    evidence, entailed, asked = "\n".join(row["evidence"]), row["label"] == "Entailment", row["question"]
    yield Pair("hypothesis" if entailed else "contradicted hypothesis", entailed, evidence, row["hypothesis"], "")
    for verdict in ("Yes", "No"):
        for kind, claim in (("verdict", verdict), ("verdict and reason", f"{verdict}. {evidence}")):
            yield Pair(f"{kind}, {row['answers'][0]} is right", verdict in row["answers"], evidence, claim, asked)
    clause = row["evidence"][0].strip()
    if len(clause) > 40 and clause in passages:
        pair = Pair("clause, from the passage", True, passages, clause, "")
        yield from (pair, *corrupted(pair, draw, others))


# ------------------------------------------------------------------------------------- and with one thing changed

Change = Callable[[Pair, random.Random, Sequence[str]], str | None]


def corrupted(pair: Pair, draw: random.Random, others: Sequence[str]) -> Iterator[Pair]:
    origin = pair.kind.split(",")[0]
    for name, change in CHANGES.items():
        claim = change(pair, draw, others)
        if claim and claim != pair.claim:
            yield replace(pair, kind=f"{name} in {origin}", true=False, claim=claim)


def _number(pair: Pair, draw: random.Random, others: Sequence[str]) -> str | None:
    found = list(_NUMBER.finditer(_DATE.sub(lambda date: "_" * len(date[0]), pair.claim)))
    there = {number.replace(",", "") for number in re.findall(r"\d+(?:[.,]\d+)*", pair.premise)}
    if not found:
        return None
    one = draw.choice(found)
    value = one[0].replace(",", "")
    changed = [str(n) for n in (_shifted(value, by) for by in (1, 2, 10, -1, 7)) if str(n) not in there]
    return f"{pair.claim[: one.start()]}{changed[0]}{pair.claim[one.end() :]}" if changed else None


def _shifted(value: str, by: int) -> float | int:
    return round(float(value) + by, 3) if "." in value else int(value) + by


def _date(pair: Pair, draw: random.Random, others: Sequence[str]) -> str | None:
    found = _DATE.search(pair.claim)
    if not found:
        return None
    part = draw.choice(list(re.finditer(r"\w+", found[0])))
    new = draw.choice([month for month in _MONTHS if month != part[0]]) if part[0].isalpha() else _other_day(part[0])
    changed = f"{found[0][: part.start()]}{new}{found[0][part.end() :]}"
    return None if changed in pair.premise else pair.claim.replace(found[0], changed, 1)


def _other_day(figure: str) -> str:
    return str(int(figure) - 1 if int(figure) in (28, 29, 30, 31) else int(figure) + 1)


def _unit(pair: Pair, draw: random.Random, others: Sequence[str]) -> str | None:
    found = _UNIT.search(pair.claim)
    if not found:
        return None
    other = _OTHER_UNIT.get(found[0], {"million": "billion", "billion": "million", "percent": "years"}.get(found[0]))
    return f"{pair.claim[: found.start()]}{other}{pair.claim[found.end() :]}" if other else None


def _name(pair: Pair, draw: random.Random, others: Sequence[str]) -> str | None:
    """For a name that the premise does not hold a word of, out of texts on the same matter."""
    there = set(re.findall(r"\w+", pair.premise.lower()))
    names = [name for text in draw.sample(others, min(20, len(others))) for name in _NAME.findall(text)]
    return _renamed(pair, draw, [name for name in names if not set(re.findall(r"\w+", name.lower())) & there])


def _name_within(pair: Pair, draw: random.Random, others: Sequence[str]) -> str | None:
    """For a name of the premise: what words alone can't tell."""
    return _renamed(pair, draw, [name for name in _NAME.findall(pair.premise) if name not in pair.claim])


def _renamed(pair: Pair, draw: random.Random, names: Sequence[str]) -> str | None:
    span = pair.kind.startswith("answer")
    found = list((_ANY_NAME if span else _NAME).finditer(pair.claim))
    found = [one for one in found if one[0].split()[0] not in _MONTHS]
    if not found or not names:
        return None
    one = draw.choice(found)
    return f"{pair.claim[: one.start()]}{draw.choice(names)}{pair.claim[one.end() :]}"


def _negation_added(pair: Pair, draw: random.Random, others: Sequence[str]) -> str | None:
    """Only where neither the claim nor the sentence that it comes from denies anything."""
    if _DENYING.search(pair.claim) or pair.kind.startswith("answer"):
        return None
    return _AFFIRMED.sub(r"\1 not ", pair.claim, count=1)


def _negation_left_out(pair: Pair, draw: random.Random, others: Sequence[str]) -> str | None:
    return _DENIED.sub(r"\1", pair.claim, count=1) if len(_DENYING.findall(pair.claim)) == 1 else None


CHANGES: dict[str, Change] = {
    "number": _number,
    "unit": _unit,
    "date": _date,
    "name": _name,
    "name of the same premise": _name_within,
    "negation added": _negation_added,
    "negation left out": _negation_left_out,
}


if __name__ == "__main__":
    main()
