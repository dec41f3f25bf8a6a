"""groundsmith exam HOME --forgetting FOLDER: what an adapter cost in general ability, and what it leaks into chat."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator

from assistant import REASONS, Adapter, Spec, read_spec, serving
from assistant.adapters import called
from assistant.opening import language_of
from retrieval import Home, UsageError, open_home
from tuning.exam.forgetting import Forgetting, examine_forgetting
from tuning.exam.leaks import Leak
from tuning.exam.probes import Probe, Probes, drawn, read_probes
from tuning.exam.retention import Compared, FileReport
from tuning.nouns import Metric
from ui.exams.files import NAMED, write
from ui.exams.words import figure
from ui.terminal import Progress, printable

LABEL = 24
SHOWN = 64  # characters of a prompt or a leaking reply
ELSEWHERE = ("html", "against")  # options of the exam of answers


def run(options: argparse.Namespace) -> int:
    for name in ELSEWHERE:
        if getattr(options, name):
            raise UsageError(f"--{name} belongs to the exam of answers.", "Leave it out with --forgetting.")
    found = _usable(read_probes(options.forgetting), options.skip_bad)
    probes = drawn(found.probes, options.limit, options.seed)
    home = open_home(options.home)
    adapter = _adapter(home, options.adapter)
    report = _examine(home, adapter, probes, options.seed)
    print(printable(text(report, adapter, found)))
    if options.json:
        about = {"adapter": adapter.name if adapter else None, "limit": options.limit, "skipped": found.skipped}
        sources = {"files_sha256": found.sha256}
        write(options.json, json.dumps(report.to_json() | about | sources, ensure_ascii=False, indent=1) + "\n")
    return 0


def _usable(found: Probes, skip_bad: bool) -> Probes:
    for problem in found.problems[:NAMED]:
        print(printable(f"{problem.file}, line {problem.line}: {problem.reason}"), file=sys.stderr)
    if found.problems and not skip_bad:
        raise UsageError(f"{len(found.problems)} rows can't be used.", "Mend them, or leave them out with --skip-bad.")
    return found


def _adapter(home: Home, name: str | None) -> Adapter | None:
    """The one named, or the one that serves."""
    if name == "none":
        return None
    return called(home, name) if name else serving(home)


def _examine(home: Home, adapter: Adapter | None, probes: list[Probe], seed: int) -> Forgetting:
    from assistant.language.likelihood import opened

    spec = read_spec(home.spec)
    model = opened(language_of(spec, adapter))
    return examine_forgetting(model, probes, refusals(spec), home.exams / "forgetting", Progress(), seed)


def refusals(spec: Spec) -> list[str]:
    return [spec.refusals.sentence(reason) for reason in REASONS]


# ------------------------------------------------------------------------------------- in words


def text(report: Forgetting, adapter: Adapter | None, found: Probes) -> str:
    parts = (_about(report, adapter, found), _table(report), _remarks(report), _chat(report))
    return "\n\n".join("\n".join(lines) for part in parts if (lines := list(part)))


def _about(report: Forgetting, adapter: Adapter | None, found: Probes) -> Iterator[str]:
    what = f" with the adapter {adapter.name}, beside itself without it" if adapter else ", no adapter"
    yield f"{report.model}{what}; {len(report.rows):,} of {len(found.probes):,} rows"
    yield from (f"{many:,} rows skipped: {why}" for why, many in found.skipped.items())


def _table(report: Forgetting) -> Iterator[str]:
    heads = ("base", "tuned", "difference") if report.kl_per_token else ("base",)
    columns = "".join(f"{head:<24}" for head in heads) + ("     p    kept" if len(heads) > 1 else "")
    yield f"{'':<{LABEL}}{'n':>6}{'guess':>7}  {columns}".rstrip()
    for name, one in report.files.items():
        yield _line(_clipped(name), f"{one.n:>6,}{one.guess:>7.3f}", one.accuracy)
        if one.raw:
            yield _line("  by raw likelihood", f"{'':>13}", one.raw)
    if report.pooled:
        yield _line("multiple choice, pooled", f"{report.pooled.base.n:>6,}{'':>7}", report.pooled)


def _line(label: str, numbers: str, one: Compared) -> str:
    cells = [_shown(metric) for metric in (one.base, one.tuned) if metric]
    if one.delta and one.mcnemar_p is not None:
        kept = figure(one.retention.value) if one.retention else "–"
        cells += [_shown(one.delta, "+.3f"), f"{one.mcnemar_p:6.3f}  {kept}"]
    return f"{label:<{LABEL}}{numbers}  " + "".join(f"{cell:<24}" for cell in cells).rstrip()


def _remarks(report: Forgetting) -> Iterator[str]:
    ways = sorted({one.scored_by for one in report.files.values()})
    for way in ways:
        named = ", ".join(name for name, one in report.files.items() if one.scored_by == way)
        yield f"Chosen by likelihood, {way}: {named}"
    blind = [name for name, one in report.files.items() if _blind(one)]
    if blind:
        yield f"The base is not surely better than guessing, so little can be forgotten: {', '.join(blind)}"
    if lost := report.worst_group:
        how = f"{_shown(lost.delta, '+.3f')}, n = {lost.delta.n:,}, p × groups = {lost.mcnemar_p:.3f}"
        yield f"Worst of {lost.groups} groups: {lost.group}, {how}"


def _blind(one: FileReport) -> bool:
    return one.accuracy.base.low <= one.guess


def _chat(report: Forgetting) -> Iterator[str]:
    if moved := report.kl_per_token:
        yield f"KL(base‖tuned) on plain chat: {_shown(moved)} nats a token, over {moved.n:,} tokens"
    sides = {"base": report.leaks.base, "tuned": report.leaks.tuned}
    counts = ", ".join(f"{side} {metric.value * metric.n:.0f}" for side, metric in sides.items() if metric)
    p = report.leaks.mcnemar_p
    yield f"Leaks into {report.leaks.prompts} plain chats: {counts}" + (f", p = {p:.3f}" if p is not None else "")
    yield from map(_leak, report.leaks.found)


def _leak(one: Leak) -> str:
    return f"  {one.side}, {_clipped(one.prompt, SHOWN)} → {_clipped(' … '.join(one.signs), SHOWN)}"


def _clipped(label: str, most: int = LABEL) -> str:
    return label if len(label) < most else label[: most - 2] + "…"


def _shown(metric: Metric, form: str = ".3f") -> str:
    return f"{metric.value:{form}} [{metric.low:{form}}, {metric.high:{form}}]"
