"""The report's page in a real browser: every width and scheme, on paper, by keys; it is silent and asks for nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from tests.reported import HOSTILE, compared, reported, told_by
from tests.ui.test_browser import CHROMIUM, QUIET, fits
from tuning.exam.report import Report
from ui.command import main
from ui.report.page import page
from ui.sample import QUESTIONS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"),
]
Opened = Callable[[str, int, str], Any]


@pytest.fixture
def found(tmp_path: Path) -> Report:
    return reported(tmp_path, skipped={"f": "a follow-up"}, against=compared())


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """Opens a page, and holds it to silence: nothing on the console, and no request but for itself."""
    from playwright.sync_api import sync_playwright

    heard: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)

        def show(content: str, width: int, scheme: Any) -> Any:
            file = tmp_path / "report.html"
            file.write_text(content, encoding="utf-8")
            context = browser.new_context(
                viewport={"width": width, "height": 900},
                color_scheme=scheme,
                device_scale_factor=2 if width < 500 else 1,
            )
            shown = context.new_page()
            shown.on("console", lambda message: heard.append(message.text))
            shown.on("pageerror", lambda error: heard.append(str(error)))
            shown.on("request", lambda request: heard.append(request.url) if request.url != file.as_uri() else None)
            shown.on("dialog", lambda dialog: heard.append(dialog.message))
            shown.goto(file.as_uri())
            return shown

        yield show
        browser.close()
    assert heard == []


@pytest.mark.parametrize("width", [1280, 375], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_every_screen(opened: Opened, found: Report, width: int, scheme: str) -> None:
    shown = opened(page(found), width, scheme)
    assert fits(shown)
    shown.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert fits(shown)
    assert shown.evaluate("[...document.querySelectorAll('.scrolling')].every(one => one.clientWidth <= innerWidth)")
    dark = shown.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 23, 26)"
    assert dark is (scheme == "dark")


@pytest.mark.parametrize("stranger", HOSTILE, ids=range(len(HOSTILE)))
def test_strangers_words_do_nothing_in_a_browser(opened: Opened, stranger: str, tmp_path: Path) -> None:
    (tmp_path / "exam").mkdir()
    shown = opened(page(told_by(stranger, tmp_path / "exam")), 375, "light")
    assert fits(shown)
    assert shown.evaluate("document.scripts.length + document.images.length + document.forms.length") == 0


def test_all_of_it_can_be_reached_by_keys(opened: Opened, found: Report) -> None:
    shown = opened(page(found), 1280, "light")
    shown.keyboard.press("Tab")
    assert shown.evaluate("document.activeElement.tagName") == "SUMMARY"
    shown.keyboard.press("Enter")
    shown.keyboard.press("Tab")
    assert shown.evaluate("document.activeElement.ariaLabel") == "What became of the questions"
    assert shown.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_it_prints_with_its_tables(opened: Opened, found: Report) -> None:
    shown = opened(page(found), 1280, "dark")
    document = pypdfium2.PdfDocument(shown.pdf(format="A4"))
    words = " ".join(sheet.get_textpage().get_text_range() for sheet in document)
    assert len(document) > 2
    for caption in ("confidence from", "of the questions", "0.05 to 0.10"):
        assert caption in words
    assert "The warranty lasts 24 months from delivery." in words


@pytest.mark.models
@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("width", "name"), [(1280, "report"), (375, "report-phone")])
def test_the_samples_report(opened: Opened, sample_report: str, width: int, name: str) -> None:
    """With GROUNDSMITH_PICTURES set, its first screen goes to that folder."""
    shown = opened(sample_report, width, "light")
    assert fits(shown)
    assert "Pellbrook" in shown.locator("h1").inner_text()
    folder = os.environ.get("GROUNDSMITH_PICTURES")
    if folder:
        end = shown.locator(".verdict").bounding_box()
        size = {"x": 0, "y": 0, "width": width, "height": end["y"] + end["height"] + 32}
        shown.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True, clip=size)


@pytest.fixture(scope="module")
def sample_report(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    out = tmp_path_factory.mktemp("report") / "report.html"
    assert main(["exam", str(sample_home), "--questions", str(QUESTIONS), "--html", str(out)]) == 0
    return out.read_text(encoding="utf-8")
