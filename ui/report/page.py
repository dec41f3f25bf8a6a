"""The report as one page for whoever decides and whoever builds: it runs nothing and fetches nothing."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources

from tuning.exam.directions import beats
from tuning.exam.metrics import Metrics
from tuning.exam.report import Report
from tuning.nouns import Metric
from ui.exams.words import KINDS, counted, grouped, interval, meaning
from ui.exams.words import figure as number
from ui.report.against import against
from ui.report.elements import Content, Html, element, said, together
from ui.report.mistakes import mistakes
from ui.report.plots import trust
from ui.report.slices import slices
from ui.report.tables import grouped_table, table
from ui.report.terms import terms
from ui.report.top import top

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
WON = "▲"


def page(found: Report) -> str:
    """The same report gives the same bytes."""
    main = element("main", element("header", top(found)), (element("section", *part) for part in _sections(found)))
    return f"<!doctype html>\n{element('html', _head(found), element('body', main), lang='en')}\n"


def _head(found: Report) -> Html:
    style = resources.files(__package__).joinpath("style.css").read_text(encoding="utf-8")
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"Exam of {found.name}"),
        element("style", Html(style)),
    )


def _sections(found: Report) -> Iterator[tuple[Content, ...]]:
    if found.against:
        yield element("h2", "Compared with ", said(found.against.against)), against(found.against)
    if found.fates:
        yield element("h2", "Where it does well, and where not"), slices(found)
        yield element("h2", "How far its confidence can be trusted"), trust(found.curves)
        yield element("h2", "The worst mistakes"), mistakes(found.rows)
    if found.metrics:
        yield element("h2", "Every figure"), _figures(found)
    yield element("h2", "What was examined"), _examined(found)


# ------------------------------------------------------------------------------------- every figure


def _figures(found: Report) -> Html:
    heads = ("metric", "value", "95 % interval", "n", *found.baselines)
    groups = [(group, [_figure(name, found) for name in names]) for group, names in grouped(found.metrics)]
    legend = f"{WON} marks a figure by which a baseline is better. Each interval is one of 95 %."
    return together(element("p", legend, class_="lede"), grouped_table("Every figure of the exam", heads, groups))


def _figure(name: str, found: Report) -> list[Content]:
    metric = found.metrics[name]
    others = (_baseline(name, metric, metrics) for metrics in found.baselines.values())
    named = (element("code", name), element("small", meaning(name)))
    return [named, number(metric.value), interval(metric), f"{metric.n:,}", *others]


def _baseline(name: str, metric: Metric, baseline: Metrics) -> Content:
    if name not in baseline:
        return "–"
    value = number(baseline[name].value)
    if not beats(name, baseline[name], metric):
        return value
    sign = element("span", WON, aria_hidden="true"), element("span", " better than what was examined", class_="unseen")
    return element("b", value, " ", sign)


# ------------------------------------------------------------------------------------- what was examined


def _examined(found: Report) -> Html:
    facts: list[tuple[str, Content]] = [
        ("Assistant", said(found.name)),
        ("Reader", said(found.system)),
        ("Model", said(found.model)),
        ("Adapter", said(found.adapter or "none")),
        ("Format", f"version {found.format}"),
        ("Questions", (counted(len(found.rows), "question"), " of ", said(", ".join(found.files)))),
        ("SHA-256", element("code", found.questions_sha256)),
        ("Time", f"{found.seconds:,.1f} s in all"),
        ("Skipped", counted(len(found.skipped), "row") if found.skipped else "none"),
    ]
    facts += [(f"{many:,} {kind.replace('_', ' ')}", KINDS[kind]) for kind, many in found.mix.items()]
    return together(terms(facts, "facts"), _skipped(found) if found.skipped else None)


def _skipped(found: Report) -> Html:
    rows = [(said(id), said(reason)) for id, reason in found.skipped.items()]
    return element("details", element("summary", "Rows skipped"), table("Rows skipped", ("row", "why"), rows, words=2))
