"""The app as a person meets it, in a real browser. With GROUNDSMITH_PICTURES set, its screenshots go to that folder."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant import open_assistant
from assistant.feedback import feedback
from retrieval import EVERYONE
from ui.commands.app import command

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ANSWERED = "How long are the boilers of the Heron 320 covered against leaks?"
REFUSED = "What pump pressure does the Dunlin 400 brew with?"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.models,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"),
]


@pytest.fixture(scope="module")
def address(sample_home: Path) -> Iterator[str]:
    """The app, served by a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(command(sample_home, "127.0.0.1", port), stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url, server)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert server.poll() is None, "the app ended before it served"
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{url} does not answer")


@pytest.fixture(params=[(1000, 820), (400, 820)], ids=["desktop", "phone"])
def page(request: pytest.FixtureRequest, address: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    width, height = request.param
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        context = browser.new_context(viewport={"width": width, "height": height})
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.goto(address)
        page.get_by_placeholder("Your question").wait_for(timeout=60_000)
        yield page
        browser.close()


def ask(page: Any, question: str) -> None:
    answered = page.get_by_test_id("stFeedback").count()
    page.get_by_placeholder("Your question").fill(question)
    page.keyboard.press("Enter")
    page.get_by_test_id("stFeedback").nth(answered).wait_for(timeout=60_000)


def picture(page: Any, name: str) -> None:
    folder = os.environ.get("GROUNDSMITH_PICTURES")
    if folder:
        page.wait_for_timeout(800)  # until what unfolds has unfolded
        phone = "-phone" if page.viewport_size["width"] < 500 else ""
        page.screenshot(path=str(Path(folder) / f"{name}{phone}.png"))


def fits(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_an_answer_opens_at_its_quote(page: Any) -> None:
    ask(page, ANSWERED)
    page.get_by_test_id("stExpander").click()
    quote = page.locator("mark")
    quote.wait_for()
    assert quote.inner_text() == "Both boilers are covered for 60 months against leaks."
    assert page.get_by_text("manuals/heron-320.pdf").is_visible()
    assert fits(page)
    picture(page, "answer")


def test_a_refusal_is_kind_and_says_why(page: Any) -> None:
    ask(page, REFUSED)
    assert page.get_by_text("I don't know").is_visible()
    assert page.get_by_text("insufficient").is_visible()
    assert fits(page)
    picture(page, "refusal")


def test_a_suggestion_can_be_pressed(page: Any) -> None:
    page.get_by_role("button", name="What does VPN error 619 mean?").click()
    page.get_by_test_id("stExpander").wait_for(timeout=60_000)
    assert page.get_by_role("button", name="May I put beans in the freezer?").count() == 0


def test_thumbs_can_be_given_and_nothing_is_asked_again(page: Any) -> None:
    ask(page, ANSWERED)
    page.get_by_role("radio", name="Thumbs up").click()
    page.wait_for_timeout(1000)
    assert page.get_by_test_id("stChatMessage").count() == 2


def test_a_correction_arrives_in_the_catalogue(page: Any, sample_home: Path) -> None:
    ask(page, ANSWERED)
    page.get_by_role("radio", name="Thumbs down").click()
    correction = f"It is 48 months, on a screen of {page.viewport_size['width']}."
    page.get_by_label("What would be right?").fill(correction)
    assert fits(page)
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_text("Thank you.").wait_for(timeout=60_000)
    database = open_assistant(sample_home).memory.database
    (given,) = [each for each in feedback(database, EVERYONE, thumb="down") if each.correction == correction]
    assert given.question == ANSWERED


def test_who_comes_back_finds_what_they_asked(page: Any, address: str) -> None:
    ask(page, ANSWERED)
    page.reload()
    page.get_by_test_id("stFeedback").wait_for(timeout=60_000)
    assert page.get_by_test_id("stChatMessage").count() == 2, "a reload stays where one was"
    page.get_by_role("button", name="New conversation").click()
    page.get_by_text("Earlier conversations").wait_for(timeout=60_000)
    later = page.context.new_page()
    page.close()
    later.goto(address)
    later.get_by_text("Earlier conversations").wait_for(timeout=60_000)
    assert fits(later)
    picture(later, "earlier")
    later.get_by_role("button", name=f"{ANSWERED} ·").click()
    later.get_by_test_id("stExpander").wait_for(timeout=60_000)
    assert later.locator("strong").count() and fits(later)
    ask(later, "And against rust?")
    assert later.get_by_test_id("stChatMessage").count() == 4
    picture(later, "gone-on")


def test_another_browser_finds_nothing_of_it(page: Any, address: str) -> None:
    ask(page, ANSWERED)
    other = page.context.browser.new_page()
    for place in (address, page.url):
        other.goto(place)
        other.get_by_placeholder("Your question").wait_for(timeout=60_000)
        other.get_by_role("button", name="What does VPN error 619 mean?").wait_for(timeout=60_000)
        assert other.get_by_text("Earlier conversations").count() == 0
        assert other.get_by_test_id("stChatMessage").count() == 0
    other.close()


def test_nothing_is_fetched_from_elsewhere(page: Any, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    page.get_by_placeholder("Your question").wait_for(timeout=60_000)
    ask(page, ANSWERED)
    own = address.removeprefix("http://")
    foreign = [url for url in asked if own not in url and not url.startswith(("data:", "blob:"))]
    assert not foreign
