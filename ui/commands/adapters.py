"""groundsmith adapters HOME [list | show NAME | compare A B | export NAME OUT]: what was trained, and what serves."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant.adapters import folder_of, named, place, read_serving
from assistant.card import Card, read_card, table_of
from retrieval import Home, ModelError, UsageError, open_home
from tuning.teaching.adoption import doubts_of
from ui.commands.adopt import whom
from ui.terminal import many, printable

TAKES = {"list": 0, "show": 1, "compare": 2, "export": 2}
FIGURES = ("right", "pair_switch", "answer_f1", "answered_unanswerable", "refused_answerable", "auroc_twins")
FACTS = ("base", "made_at", "continued_from", "domain", "threshold", "data", "precision")
LABEL, COLUMN = 24, 26


def run(options: argparse.Namespace) -> int:
    given = len(options.names)
    if given != TAKES[options.action]:
        raise UsageError(
            f"adapters {options.action} takes {many(TAKES[options.action], 'name')}, and {given} are given.",
            "See: groundsmith adapters --help",
        )
    return ACTIONS[options.action](open_home(options.home), options)


def _list(home: Home, options: argparse.Namespace) -> int:
    rows = [_row(home, name) for name in sorted({*named(home), *read_serving(home).names})]
    if options.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    elif rows:
        print(printable("\n".join(map(_line, rows))))
    else:
        print(f"No adapter yet. To make one of the documents: groundsmith teach {options.home}")
    return 0


def _row(home: Home, name: str) -> dict[str, Any]:
    serves = [whom(group or None) for group, slot in read_serving(home).slots.items() if slot.adapter == name]
    try:
        card = read_card(place(home, name))
    except ModelError as error:
        return {"name": name, "serves": serves, "problem": str(error)}
    held = {"made_at": card.made_at, "base": card.base, "domain": card.domain, "continued_from": card.continued_from}
    return {"name": name, "serves": serves, **held, "passed": not doubts_of(card), "doubts": doubts_of(card)}


def _line(row: Mapping[str, Any]) -> str:
    serves = f"serves {' and '.join(row['serves'])}" if row["serves"] else ""
    if "problem" in row:
        return f"{row['name']:<{LABEL}} {serves or '–':<20} {row['problem']}"
    domain = f"for {row['domain']}" if row["domain"] else ""
    verdict = "passed" if row["passed"] else f"not passed: {row['doubts']}"
    parts = [f"{serves or '–':<20}", row["made_at"][:10], domain, verdict]
    return f"{row['name']:<{LABEL}} " + "  ".join(filter(None, parts))


def _show(home: Home, options: argparse.Namespace) -> int:
    (name,) = options.names
    card = read_card(folder_of(home, name))
    if options.json:
        print(json.dumps(table_of(card), ensure_ascii=False, indent=2))
    else:
        print(printable("\n".join(_told(name, card))))
    return 0


def _told(name: str, card: Card) -> Iterator[str]:
    yield name
    yield f"  base:       {card.base}, answers in {card.answering}, format {card.format}"
    yield f"  threshold:  {card.threshold:.3f}"
    yield f"  learned of: {many(len(card.documents), 'document')}, for {whom(card.domain)}"
    yield f"  made:       {card.made_at or 'not said'}, groundsmith {card.groundsmith or 'not said'}"
    yield f"  from:       {card.continued_from or 'the base'}"
    yield f"  licences:   {', '.join(card.licences) or 'none named'}"
    if card.retrain:
        since = card.retrain.get("since")
        yield f"  retrain:    {card.retrain.get('purged')} of its documents were purged since {since}"
    yield from _judged(card)
    yield from (f"  {line}" for line in _figures({name: card}))


def _judged(card: Card) -> Iterator[str]:
    verdict = card.verdict or {}
    yield f"  verdict:    {verdict.get('decision', 'none: it was never examined beside what serves')}"
    yield from (f"              {reason}" for reason in verdict.get("reasons", ()))


def _compare(home: Home, options: argparse.Namespace) -> int:
    cards = {name: read_card(folder_of(home, name)) for name in options.names}
    if options.json:
        print(json.dumps({name: table_of(card) for name, card in cards.items()}, ensure_ascii=False, indent=2))
        return 0
    lines = [_cells("", list(cards))]
    lines += [_cells(fact, [_fact(card, fact) for card in cards.values()]) for fact in FACTS]
    lines += [_cells("documents", [f"{len(card.documents):,}" for card in cards.values()])]
    print(printable("\n".join([*lines, *_figures(cards)])))
    print("Each was examined at its own time. On the same questions, side by side:")
    first, second = options.names
    print(printable(f"  groundsmith exam {options.home} --questions FILE --adapter {first} --against {second}"))
    return 0


def _fact(card: Card, name: str) -> str:
    return str(getattr(card, name) or "–")[: COLUMN - 2]


def _figures(cards: Mapping[str, Card]) -> Iterator[str]:
    """After its training, each figure with its interval."""
    found = [card.exam.get("after", {}) for card in cards.values()]
    for name in FIGURES:
        if any(name in after for after in found):
            yield _cells(name, [_metric(after.get(name)) for after in found])


def _cells(label: str, cells: list[str]) -> str:
    return (f"{label:<{LABEL}}" + "".join(f"{cell:<{COLUMN}}" for cell in cells)).rstrip()


def _metric(metric: Mapping[str, float] | None) -> str:
    return f"{metric['value']:.3f} [{metric['low']:.3f}, {metric['high']:.3f}]" if metric else "–"


def _export(home: Home, options: argparse.Namespace) -> int:
    from tuning.opening import open_whole
    from tuning.teaching.export import export

    name, out = options.names
    agreed = export(open_whole(home.root), name, Path(out), options.format)
    if options.json:
        print(json.dumps(agreed.to_json(), indent=2))
        return 0
    print(printable(f"Written: {out}, as {options.format}."))
    same = f"{agreed.decisions} of {agreed.rows} decisions and {agreed.answers} of {agreed.rows} answers are the same"
    print(f"Read back and asked: {same} as the adapter's; confidences differ by {agreed.furthest:.3f} at most.")
    return 0


ACTIONS: Mapping[str, Callable[[Home, argparse.Namespace], int]] = {
    "list": _list,
    "show": _show,
    "compare": _compare,
    "export": _export,
}
