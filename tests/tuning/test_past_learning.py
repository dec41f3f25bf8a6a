"""What becomes of exchanges: learned where the documents say so, doubted where they say otherwise, else a gap."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Spec, create_home
from assistant.prose import sentences_of
from retrieval import Access, Library, UsageError
from tests.fakes import WordEncoder
from tests.tuning.mailbox import write_mailbox
from tuning.examples.filters import Sieve, filtered
from tuning.examples.making import Making
from tuning.examples.past.learning import APART, DOUBTFUL, FOREIGN, GAP, LEARNED, NO_VALUE, Learned, everywhere, learned
from tuning.examples.past.nouns import Exchange, Exchanges
from tuning.examples.past.supporting import NO_VERDICT, bearing, judged, repeated
from tuning.examples.shape import Shape
from tuning.examples.shelf import shelf
from tuning.examples.sides import sides
from tuning.feedback.gaps import gaps
from tuning.opening import open_whole
from ui.learning.gathering import Teaching
from ui.learning.past import from_conversations

TERNS = (
    "# Tern 220 manual\n\n## Warranty\n\nThe pump of the Tern 220 is covered for 48 months against leaks, if it was"
    " descaled.\n\n## Cleaning\n\nDo not use vinegar for descaling the Tern 220. The tray is washed by hand.\n\n"
    "## Water\n\nThe filter of the Tern 220 lasts for 50 litres, and keeps water below 70 °C.\n"
)
CLAIMS = (
    "# Claims\n\n## Reporting\n\nReport a fault within 6 weeks after you noticed it.\n\n## Fees\n\nThe inspection fee"
    " is £41. It is charged if you decline the estimate.\n"
)
KEPT = "# Opening hours\n\n## Shop\n\nThe shop in Leeds opens at 9:30 on weekdays.\n"
SALARIES = "# Salaries\n\n## Bands\n\nThe tamarisk band pays £41,000 a year.\n"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    home = create_home(tmp_path_factory.mktemp("past") / "home", Spec(access=Access({"hr": frozenset({"HR"})})))
    texts = {"tern.md": TERNS, "claims.md": CLAIMS, "hours.md": KEPT, "hr/salaries.md": SALARIES}
    for name, text in texts.items():
        (home.documents / name).parent.mkdir(exist_ok=True)
        (home.documents / name).write_text(text, encoding="utf-8")
    found = open_whole(home.root, WordEncoder()).library
    found.catalogue.assign({"tern.md": "train", "claims.md": "train", "hours.md": "exam"})
    found.sync()
    return found


@pytest.fixture
def making(library: Library) -> Iterator[Making]:
    own = shelf(library, sides(library), "train", None, 0)
    yield Making(own, Shape(), 0, lambda what, done, total: None)


def one(asked: str, *replied: str) -> Exchange:
    return Exchange(f"past-{len(asked)}", asked, replied, when="2026-03-01", place="desk.mbox, letter 1")


def taught(making: Making, asked: str, *replied: str, prose: str | None = None) -> Learned:
    library = making.shelf.library
    return learned(making, Exchanges([one(asked, *replied)], Counter()), everywhere(library), prose)


PUMP = "For how long is the pump of the Tern 220 covered against leaks?"


@pytest.mark.parametrize(
    ("asked", "replied", "fate"),
    [
        (PUMP, "The pump of the Tern 220 is covered for 48 months.", LEARNED),
        (PUMP, "The pump of the Tern 220 is covered for 24 months.", DOUBTFUL),
        (PUMP, "Gladly, as always.", NO_VALUE),
        ("May I use vinegar for descaling the Tern 220?", "No, do not use vinegar for descaling.", LEARNED),
        ("Is the tray of the Tern 220 safe in a dishwasher?", "No, the tray is washed by hand.", NO_VERDICT),
        ("Do you wrap the Tern 220 in silver paper?", "Yes, in silver paper.", GAP),
        ("When does the shop in Leeds open?", "The shop in Leeds opens at 9:30 on weekdays.", APART),
        ("What does the tamarisk band pay a year?", "The tamarisk band pays £41,000 a year.", APART),
        ("Wie lange habe ich Zeit für die Rückgabe der Maschine?", "Sie haben 45 Tage Zeit.", FOREIGN),
    ],
)
def test_fates(making: Making, asked: str, replied: str, fate: str) -> None:
    found = taught(making, asked, replied)
    assert dict(found.fates) == {fate: 1}
    assert bool(found.rows) == (fate == LEARNED)
    assert bool(found.doubtful) == bool(found.why) == (fate == DOUBTFUL)
    assert [gap.question for gap in found.gaps] == ([asked] if fate == GAP else [])


def test_a_learned_row_answers_in_the_documents_words_and_passes_the_filters(making: Making) -> None:
    found = taught(making, PUMP, "Thank you for asking.", "The Tern 220 pump is covered for 48 months against leaks.")
    row, *twins = found.rows
    assert row.answer == "covered for 48 months against leaks"
    assert row.answer in row.sources[row.gold[0]].text and row.answer in row.evidence[0]
    assert row.origin == "conversations" and {*row.documents} <= {"tern.md", "claims.md"}
    assert all(twin.twin_of == row.id and not twin.gold for twin in twins)
    sifted = filtered(found.rows, Sieve())
    assert [kept.id for kept in sifted.kept] == [one.id for one in found.rows]


def test_a_doubtful_row_says_what_the_documents_say_and_tells_the_reply(making: Making) -> None:
    found = taught(making, PUMP, "The pump of the Tern 220 is covered for 24 months.")
    assert "48 months" in found.doubtful[0].answer
    assert "24 months" in found.why[found.doubtful[0].id] and "desk.mbox, letter 1" in found.why[found.doubtful[0].id]


def test_a_gap_names_when_it_was_asked_and_what_came_nearest(making: Making) -> None:
    (gap,) = taught(making, "Do you wrap the Tern 220 in silver paper?", "Yes, in silver paper.").gaps
    assert (gap.when, gap.origin) == ("2026-03-01", "conversations")
    assert gap.shown


def test_prose_is_the_replys_own_sentences_with_their_marks(making: Making) -> None:
    reply = ("We are happy to help.", "The pump of the Tern 220 is covered for 48 months.")
    (row,) = taught(making, PUMP, *reply, prose="You are Ada.").rows
    system, user, said = row.messages
    assert system["content"].startswith("You are Ada.") and PUMP in user["content"]
    (sentence,) = sentences_of([said["content"]], len(row.sources))
    assert (sentence.text, sentence.marks, sentence.fault) == (reply[1], row.gold, "")
    assert filtered([row], Sieve()).kept


@pytest.mark.parametrize(
    ("asked", "text", "span"),
    [
        ("How much is the inspection fee?", "It is £41.", "£41"),
        ("How long does the filter last?", "It lasts for 50 litres.", "lasts for 50 litres"),
        ("When do I report a fault?", "Report it within 6 weeks.", "within 6 weeks"),
        ("When do I report it?", "Within 6 weeks after you noticed it.", "within 6 weeks after you noticed it"),
        ("What happens to the tray?", "The tray is washed by hand.", "tray is washed by hand"),
    ],
)
def test_the_answer_is_what_the_reply_repeats(library: Library, asked: str, text: str, span: str) -> None:
    passages = sides(library).on("train")
    evidence = next(one for one in bearing(asked, text, passages))
    start, end = repeated(asked, text, evidence)
    assert evidence.passage.text[start:end] == span


def test_what_stands_there_to_the_letter_is_supported(library: Library) -> None:
    asked, text = (
        "What does the filter keep?",
        "The filter of the Tern 220 lasts for 50 litres, and keeps water below 70 °C.",
    )
    (found,) = judged(asked, [text], everywhere(library)(asked))
    assert found.verdict == "supported"
    assert found.evidence[0].passage.document == "tern.md"


# ------------------------------------------------------------------------------------- at the terminal


def teaching(library: Library) -> Teaching:
    assistant = open_whole(library.home.root, WordEncoder())
    return Teaching(assistant, None, 100, 0, Shape(), lambda what, done, total: None)


def test_rows_are_gathered_gaps_kept_and_what_became_of_the_rest_is_told(library: Library, tmp_path: Path) -> None:
    table = (
        "Question,Reply\n"
        f"{PUMP},The pump of the Tern 220 is covered for 48 months.\n"
        "How much is the inspection fee?,The inspection fee is £35.\n"
        "Do you wrap the Tern 220 in silver paper?,Yes in silver paper.\n"
        "Thanks!,You're welcome.\n"
    )
    (tmp_path / "t.csv").write_text(table, encoding="utf-8")
    ready = teaching(library)
    found = from_conversations(ready, Namespace(conversations=[tmp_path / "t.csv"], columns=None))
    assert {row.origin for row in found.rows} == {"conversations"}
    assert [*found.why] == [row.id for row in found.doubtful] and len(found.doubtful) == 1
    assert found.told[0].startswith("3 questions with a reply: 1 × the documents say so")
    assert found.left_out.total() == 1
    assert [gap.question for gap in gaps(ready.assistant)] == ["Do you wrap the Tern 220 in silver paper?"]


def test_a_file_without_exchanges_says_what_was_in_it(library: Library, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("Question,Reply\nThanks!,You're welcome.\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"holds no question with a reply \(1 × small talk, or no question\)"):
        from_conversations(teaching(library), Namespace(conversations=[tmp_path / "t.csv"], columns=None))


@pytest.mark.models
@pytest.mark.slow
def test_the_mailbox_of_the_sample_company(sample_home: Path, tmp_path: Path) -> None:
    """Each thread ends as its writer meant it to."""
    write_mailbox(tmp_path / "desk.mbox")
    assistant = open_whole(sample_home)
    ready = Teaching(assistant, None, 100, 0, Shape(), lambda what, done, total: None)
    found = from_conversations(ready, Namespace(conversations=[tmp_path / "desk.mbox"], columns=None))
    asked = " ".join(row.question for row in found.rows)
    assert len({row.id for row in found.rows if row.gold}) == 9
    assert len(found.doubtful) == 2 and all("48 months" in one.answer or "£41" in one.answer for one in found.doubtful)
    assert found.left_out[APART] == found.left_out[FOREIGN] == found.left_out[NO_VERDICT] == 1
    assert "Tom" not in asked and "@" not in asked
