"""A report as the terminal shows it: what it comes to, and every figure."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import fill

from tuning.exam.comparing import Comparison
from tuning.exam.directions import beats
from tuning.exam.metrics import Metrics
from tuning.exam.report import Report
from tuning.nouns import Metric
from ui.exams.verdicts import compared, errors, standings
from ui.exams.words import counted, figure, interval
from ui.terminal import printable

WIDTH = 100
NAME = 28
SIGN = "*"
LEGEND = f"{SIGN} a baseline has the better figure"


def text(found: Report) -> str:
    lines = [*_asked(found), "", *map(_filled, (*errors(found), *standings(found))), "", *_table(found)]
    if found.against:
        lines += ["", _filled(compared(found.against)), "", *_differences(found.against)]
    return printable("\n".join(lines))


def _filled(sentence: str) -> str:
    return fill(sentence, WIDTH, subsequent_indent="  ")


def _asked(found: Report) -> Iterator[str]:
    mix = ", ".join(f"{many} {kind}" for kind, many in found.mix.items())
    adapter = f", adapter {found.adapter}" if found.adapter else ""
    yield f"{counted(len(found.rows), 'question')} ({mix}), reader {found.system}, model {found.model}{adapter}"
    reasons = list(found.skipped.values())
    yield from (f"{counted(reasons.count(reason), 'row')} skipped: {reason}" for reason in sorted(set(reasons)))


def _table(found: Report) -> Iterator[str]:
    yield _heads("value") + "".join(f"{name:>{_width(name)}}" for name in found.baselines)
    for name, metric in found.metrics.items():
        others = (_baseline(name, metric, found.baselines[other], _width(other)) for other in found.baselines)
        yield (_cells(name, metric) + "".join(others)).rstrip()
    if any(beats(name, other[name], metric) for other in found.baselines.values()
           for name, metric in found.metrics.items() if name in other):  # fmt: skip
        yield f"\n{LEGEND}"


def _differences(against: Comparison) -> Iterator[str]:
    yield _heads("differs")
    yield from (_cells(name, metric) for name, metric in against.differences.items())


def _heads(value: str) -> str:
    return f"{'':<{NAME}}{value:>8}  {'95 % interval':<18}{'n':>6}"


def _cells(name: str, metric: Metric) -> str:
    return f"{name:<{NAME}}{figure(metric.value):>8}  {interval(metric):<18}{metric.n:>6}"


def _baseline(name: str, metric: Metric, other: Metrics, width: int) -> str:
    if name not in other:
        return f"{'–':>{width - 2}}  "
    return f"{figure(other[name].value):>{width - 2}} {SIGN if beats(name, other[name], metric) else ' '}"


def _width(name: str) -> int:
    return max(len(name), 8) + 4
