"""The report in the terminal and as a page: its numbers are the JSON's, and strangers' words stay words."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from tests.reported import HOSTILE, OUTCOMES, QUESTIONS, compared, reported, told_by
from tuning.exam.report import Report
from tuning.nouns import Metric, Outcome, Question
from ui.command import main
from ui.exams.text import LEGEND, text
from ui.exams.verdicts import standings
from ui.exams.words import meaning
from ui.report.mistakes import worst
from ui.report.page import page

STYLE = resources.files("ui.report").joinpath("style.css").read_text(encoding="utf-8")


@pytest.fixture
def found(tmp_path: Path) -> Report:
    return reported(tmp_path, skipped={"f": "a follow-up"}, against=compared())


def parsed(found: Report) -> LexborHTMLParser:
    return LexborHTMLParser(page(found))


def first(tree: LexborHTMLParser | LexborNode, selector: str) -> LexborNode:
    found = tree.css_first(selector)
    assert found is not None, selector
    return found


def table(tree: LexborHTMLParser, caption: str) -> dict[str, list[str]]:
    """The cells of a table by its caption, each row by its first word."""
    (wanted,) = (one for one in tree.css("table") if first(one, "caption").text() == caption)
    rows = [[cell.text() for cell in row.css("th, td")] for row in wanted.css("tbody tr")]
    return {cells[0]: cells[1:] for cells in rows if len(cells) > 1}


def written(metric: Metric) -> list[str]:
    return [f"{metric.value:.3f}", f"[{metric.low:.3f}, {metric.high:.3f}]", f"{metric.n}"]


# ------------------------------------------------------------------------------------- numbers


def test_every_figure_is_the_jsons(found: Report) -> None:
    tree = parsed(found)
    rows = table(tree, "Every figure of the exam")
    assert rows.keys() == {name + meaning(name) for name in found.metrics}
    silence = found.baselines["always abstain"]
    for name, metric in found.metrics.items():
        *told, baseline = rows[name + meaning(name)]
        assert told == written(metric)
        assert baseline.split()[0] == (f"{silence[name].value:.3f}" if name in silence else "–")
    marked = {first(row, "code").text() for row in tree.css("tbody tr") if "▲" in row.text()}
    assert {"right", "answered_unanswerable"} <= marked
    assert not {"refused_answerable", "answered_ratio"} & marked


def test_every_figure_has_words(found: Report) -> None:
    assert not [name for name in found.metrics if not meaning(name)]


def test_tables_behind_the_plots_are_the_jsons(found: Report) -> None:
    tree, curves = parsed(found), found.curves
    risk = table(tree, "Risk at each coverage")
    for point in curves.risk_coverage:
        value, interval, n = written(point.risk)
        assert risk[f"{point.threshold:.3f}"] == [n, f"{point.coverage:.3f}", value, interval]
    assert curves.operating is not None
    assert risk[f"as set ({curves.operating.threshold:.3f})"][0] == "4"
    bins = table(tree, "Confidence and being right")
    for one in curves.reliability:
        assert bins[f"{one.low:.3f} to {one.high:.3f}"] == [f"{one.confidence:.3f}", *written(one.right)]
    spread = table(tree, "Questions by confidence")
    assert [row[0] for row in spread.values()] == [str(many) for many in curves.confidence["answerable"]]
    rights = table(tree, "Right")
    assert rights["all questions"] == written(found.metrics["right"])
    assert {name: rights[name] for name in found.slices} == {
        name: written(metrics["right"]) for name, metrics in found.slices.items()
    }


def test_a_hundred_questions_are_a_hundred_icons(found: Report) -> None:
    tree = parsed(found)
    rows = table(tree, "What became of the questions")
    assert sum(int(row[0]) for row in rows.values()) == 100
    assert [row[1] for row in rows.values()] == ["1", "2", "1", "1", "2"]
    drawing = first(tree, ".hundred > svg")
    assert len(drawing.css("rect")) + len(drawing.css("circle[r='14']")) == 100
    assert first(tree, "h1").text() == "The assistant is right on 43 of 100 questions"


def test_another_system_stands_beside_it(found: Report) -> None:
    tree = parsed(found)
    rows = table(tree, "Differences")
    assert found.against is not None
    for name, metric in found.against.differences.items():
        assert rows[name][:3] == written(metric)
    assert rows["answered_ratio"][3] == ""
    sides = [one.text() for one in tree.css("summary") if "not" in one.text()]
    assert sides == ["Right here, not there: 1", "Right there, not here: 2"]
    assert "no difference that these questions can tell" in first(tree, "body").text()


def test_the_worst_mistakes_come_first(found: Report) -> None:
    assert [row.id for row in worst(found.rows)] == ["a2", "a2~twin", "h2", "a3"]
    assert [row.id for row in worst(found.rows, most=2)] == ["a2", "a2~twin"]
    shown = first(parsed(found), ".mistakes > li")
    assert first(shown, "h3").text() == "How often to descale?"
    assert first(shown, "mark").text() == "Descale the kettle every 3 months."
    assert "before each use" in shown.text()


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    assert page(reported(tmp_path)) == page(reported(tmp_path / "other"))


@pytest.mark.models
def test_the_command_writes_the_page(sample_home: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    asked = ["--questions", str(sample_home / "exams" / "sample.jsonl"), "--limit", "2"]
    assert main(["exam", str(sample_home), *asked, "--html", str(out)]) == 0
    tree = LexborHTMLParser(out.read_text(encoding="utf-8"))
    assert first(tree, "h1").text().startswith("Pellbrook assistant is right on ")
    assert "sample.jsonl" in first(tree, ".asked").text()


# ------------------------------------------------------------------------------------- words


def exam(right: int, wrong: int, refused: int, held: int) -> tuple[list[Question], list[Outcome]]:
    """So many answerable questions of each end, and unanswerable ones rightly refused."""
    ends = ["yes"] * right + ["no"] * wrong + [""] * (refused + held)
    rows = [Question(f"{at:03}", "?", at < right + wrong + refused, ("yes",)) for at in range(len(ends))]
    rows = [one if one.answerable else replace(one, answers=(), kind="hard") for one in rows]
    return rows, [Outcome(one.id, not end, 0.5, end, ()) for one, end in zip(rows, ends, strict=True)]


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ((20, 0, 0, 20), "Right more often than always abstaining: 100.0"),
        ((1, 0, 19, 20), "No more often right than always abstaining, as far as these questions can tell: 52.5"),
    ],
)
def test_the_verdict_says_no_more_than_it_knows(ends: tuple[int, ...], said: str, tmp_path: Path) -> None:
    found = reported(tmp_path, *exam(*ends))
    assert next(standings(found)).startswith(said)


def test_a_baseline_that_wins_is_said_to(tmp_path: Path) -> None:
    questions, outcomes = exam(0, 20, 0, 20)
    made_up = [replace(one, abstained=False, answer="no") for one in outcomes]
    one, other = standings(reported(tmp_path, questions, made_up))
    assert one.startswith("Right less often than always abstaining: 0.0")
    assert other.startswith("Always abstaining is better in right, ")


def test_the_terminal_shows_the_same_and_marks_what_is_lost(found: Report) -> None:
    shown = text(found)
    lines = {line.split()[0]: line.split() for line in shown.split("Against")[0].splitlines() if line}
    assert lines["right"][1:5] == ["0.429", "[0.158,", "0.750]", "7"]
    assert lines["refused_answerable"][-1] == "1.000"
    assert LEGEND in shown
    assert re.search(r"^right .* 0\.571 \*$", shown, re.MULTILINE)
    assert "1 row skipped: a follow-up" in shown
    assert "Against always abstain: no difference that these questions can tell." in shown


ONLY = {
    "answerable": ("Every question has its answer in the documents", exam(2, 1, 1, 0)),
    "unanswerable": ("No question has its answer in the documents", exam(0, 0, 0, 3)),
    "untold": ("was asked nothing that can be judged", ([Question("u", "?", True)], [replace(OUTCOMES[0], id="u")])),
    "nothing": ("was asked nothing that can be judged", ([], [])),
}


@pytest.mark.parametrize("case", ONLY)
def test_what_cannot_be_told_is_said(case: str, tmp_path: Path) -> None:
    words, (questions, outcomes) = ONLY[case]
    found = reported(tmp_path, questions, outcomes)
    assert words in first(parsed(found), "body").text()
    assert text(found)
    assert page(replace(found, baselines={}, margins={})).count("<h2>Against simpler systems") == 0


# ------------------------------------------------------------------------------------- strangers' words


def skeleton(found: Report) -> list[tuple[str | None, list[str]]]:
    return [(node.tag, sorted(node.attributes)) for node in parsed(found).css("*")]


@pytest.mark.parametrize("stranger", HOSTILE)
def test_strangers_words_never_become_markup(stranger: str, tmp_path: Path) -> None:
    found = told_by(stranger, tmp_path)
    shown = page(found)
    assert skeleton(found) == skeleton(told_by("x" * len(stranger), tmp_path))
    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]", shown
    )
    shown.encode("utf-8")
    if stranger.isascii():
        assert stranger in first(parsed(found), "h3 + dl, .mistakes h3").text()
        assert stranger in first(parsed(found), "title").text()


@pytest.mark.parametrize("stranger", HOSTILE[-2:])
def test_strangers_words_do_not_steer_the_terminal(stranger: str, tmp_path: Path) -> None:
    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", text(told_by(stranger, tmp_path))
    )


def test_a_right_to_left_question_keeps_its_direction(tmp_path: Path) -> None:
    hebrew = "כמה זמן נמשכת האחריות?"
    tree = parsed(reported(tmp_path, [replace(one, question=hebrew) for one in QUESTIONS]))
    assert {(node.text(), node.attributes["dir"]) for node in tree.css(".mistakes h3")} == {(hebrew, "auto")}


def test_a_very_long_word_is_cut(tmp_path: Path) -> None:
    found = reported(tmp_path)
    shown = page(replace(found, rows=[replace(row, answer="y" * 500_000) for row in found.rows]))
    assert "498,000 characters more" in shown
    assert len(shown) < 200_000


# ------------------------------------------------------------------------------------- what it is made of


def test_it_runs_nothing_and_fetches_nothing(found: Report) -> None:
    tree = parsed(found)
    assert not tree.css(
        "script, iframe, object, embed, img, link, form, base, audio, video, a, image, use, style ~ style"
    )
    names = {name for node in tree.css("*") for name in node.attributes}
    assert not {name for name in names if name.startswith("on") or name in ("src", "href", "style", "srcdoc", "action")}
    assert not [value for node in tree.css("*") for value in node.attributes.values() if value and "//" in value]
    assert not re.search(r"url\(|@import|expression|https?:", STYLE)
    policy = first(tree, "meta[http-equiv='Content-Security-Policy']").attributes["content"] or ""
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


def test_every_picture_has_words_and_a_table(found: Report) -> None:
    tree = parsed(found)
    assert len(tree.css("svg[role=img]")) == 8
    for drawing in tree.css("svg"):
        title = drawing.child
        assert title is not None
        assert (title.tag, bool(title.text())) == ("title", True)
        assert _figure(drawing).css("details table tbody td")
        if drawing.attributes.get("aria-hidden") != "true":
            told = first(tree, f"#{drawing.attributes['aria-describedby']}")
            assert told.tag == "desc"
            assert told.text()
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))


def _figure(node: LexborNode) -> LexborNode:
    while node.tag != "figure":
        assert node.parent is not None
        node = node.parent
    return node


def test_tables_can_be_reached_by_keys(found: Report) -> None:
    for one in parsed(found).css("table"):
        assert one.parent is not None
        assert one.parent.attributes["tabindex"] == "0"
        assert one.parent.attributes["aria-label"]
        assert one.css("thead th[scope=col]")
        assert one.css("tbody th[scope=row]")


def schemes() -> dict[str, dict[str, str]]:
    light, dark = (dict(re.findall(r"--([\w-]+): (#\w{6});", part)) for part in STYLE.split("@media", 2)[:2])
    return {"light": light, "dark": dark}


def contrast(one: str, other: str) -> float:
    """Of two colours, by WCAG 2."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lower, higher = sorted((luminance(one), luminance(other)))
    return (higher + 0.05) / (lower + 0.05)


def test_contrast_is_as_known() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_and_marks_stand_out(scheme: str) -> None:
    colours = schemes()[scheme]
    words = [
        ("ink", "page"),
        ("ink", "panel"),
        ("muted", "page"),
        ("accent", "page"),
        ("on-mark", "mark"),
        ("ink", "tint"),
    ]
    marks = [("accent", "page"), ("muted", "page"), ("accent", "tint"), ("ink", "tint")]
    assert {pair: contrast(*(colours[name] for name in pair)) for pair in words if
            contrast(*(colours[name] for name in pair)) < 4.5} == {}  # fmt: skip
    assert {pair: contrast(*(colours[name] for name in pair)) for pair in marks if
            contrast(*(colours[name] for name in pair)) < 3} == {}  # fmt: skip


def test_every_colour_is_named_in_both_schemes() -> None:
    light, dark = schemes().values()
    assert light.keys() == dark.keys() == set(re.findall(r"var\(--([\w-]+)\)", STYLE))
    rules = STYLE[STYLE.index("* {") : STYLE.index("@media print")]
    assert not re.search(r"#[0-9a-f]{3,8}\b|\brgb|\bhsl", rules)
