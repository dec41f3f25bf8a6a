"""Each document is on one side, for good: after renames, new versions, copies and whatever else happens to files."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from assistant import Spec, create_home
from retrieval import Access, Home, Library
from tests.fakes import WordEncoder
from tests.retrieval.homes import SEED
from tuning.examples.families import families
from tuning.examples.sides import SIDES, Sides, sides
from tuning.opening import open_whole

SPEC = Spec(access=Access({"hr": frozenset({"HR"})}))
PARTS = ["boiler", "pump", "valve", "filter", "burner", "sensor", "clamp", "dial", "hose", "motor"]
THREE = ["a.md", "b.md", "c.md"]


def said(topic: str, chapters: int = 1) -> str:
    """A document about one topic, whose sentences stand in no other."""
    lines = [f"# The {topic}\n"]
    for number in range(chapters):
        lines.append(f"## Chapter {number} of the {topic}\n")
        for part in PARTS[:5]:
            lines.append(f"In chapter {number} the {part} of every {topic} is rinsed {len(topic) + number} times.")
        lines.append("")
    return "\n".join(lines)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return create_home(tmp_path / "home", SPEC)


def write(home: Home, name: str, text: str) -> None:
    path = home.documents / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def synced(home: Home) -> Library:
    library = open_whole(home.root, WordEncoder()).library
    library.sync(confirmed=True)
    return library


def of(found: Sides) -> dict[str, str]:
    """Document → its side, where it has one alone."""
    return {id: next(iter(some)) for id, some in found.documents.items() if len(some) == 1}


def test_three_documents_are_one_for_each_side(home: Home) -> None:
    for name, topic in zip(THREE, ("kettle", "toaster", "oven"), strict=True):
        write(home, name, said(topic))
    found = sides(synced(home))
    assert set(of(found).values()) == set(SIDES)
    assert found.missing == [] and found.parted == []


def test_the_largest_of_few_teaches(home: Home) -> None:
    for name, topic, chapters in zip(THREE, ("kettle", "toaster", "oven"), (1, 9, 1), strict=True):
        write(home, name, said(topic, chapters))
    assert of(sides(synced(home)))["b.md"] == "train"


def test_of_many_about_seventy_in_a_hundred_teach(home: Home) -> None:
    for number in range(40):
        write(home, f"{number}.md", said(f"machine{number}"))
    counts = Counter(of(sides(synced(home))).values())
    assert 25 <= counts["train"] <= 31
    assert 4 <= counts["calibrate"] <= 8 and 4 <= counts["exam"] <= 8


def test_the_same_documents_are_parted_alike_in_another_home(tmp_path: Path) -> None:
    found = []
    for name in ("one", "other"):
        home = create_home(tmp_path / name)
        for number in range(6):
            write(home, f"{number}.md", said(f"machine{number}"))
        found.append(of(sides(synced(home))))
    assert found[0] == found[1]


@pytest.mark.parametrize("change", ["renamed", "new version", "copied", "renamed and mended", "left and came back"])
def test_a_document_keeps_its_side_when_it_is(change: str, home: Home) -> None:
    for number in range(4):
        write(home, f"{number}.md", said(f"machine{number}", 2))
    before = of(sides(synced(home)))
    for number in range(4):
        path = home.documents / f"{number}.md"
        text = path.read_text(encoding="utf-8")
        if change == "new version":
            path.write_text(said(f"successor{number}"), encoding="utf-8")
        elif change == "copied":
            write(home, f"copy{number}.md", text)
        elif change == "left and came back":
            path.unlink()
            synced(home)
            path.write_text(text + "\nSomething more is said now, at the end of all that was said.\n")
        else:
            path.unlink()
            write(home, f"new{number}.md", text if change == "renamed" else text + "\nIt is mended since yesterday.\n")
    write(home, "late.md", said("latecomer"))
    after = of(sides(synced(home)))
    for number in range(4):
        names = {f"{number}.md", f"copy{number}.md", f"new{number}.md"} & after.keys()
        assert names and {after[name] for name in names} == {before[f"{number}.md"]}


@pytest.mark.slow
def test_whatever_happens_no_text_is_ever_on_two_sides(home: Home) -> None:
    """Files are renamed, copied, changed, removed and added at random; a text once seen keeps its side."""
    chance = random.Random(SEED)
    texts = {f"{number}.md": said(f"machine{number}", 2) for number in range(5)}
    known: dict[str, str] = {}
    for step in range(10):
        for _ in range(2):
            name = chance.choice(sorted(texts))
            match chance.choice(["rename", "copy", "change", "remove", "add"]):
                case "rename":
                    texts[f"renamed{step}.md"] = texts.pop(name)
                case "copy":
                    texts[f"copy{step}.md"] = texts[name]
                case "change":
                    texts[name] += f"\nIn step {step} this sentence was added to what was said before.\n"
                case "remove" if len(texts) > 2:
                    del texts[name]
                case _:
                    texts[f"added{step}.md"] = said(f"machine{step + 10}", 2)
        for path in home.documents.glob("*.md"):
            path.unlink()
        for name, text in texts.items():
            write(home, name, text)
        found = sides(synced(home))
        for name, text in texts.items():
            (side,) = found.documents[name]
            assert known.setdefault(text, side) == side
            assert known.setdefault(name, side) == side


def test_what_says_mostly_the_same_is_one_family_and_what_shares_a_little_is_not(home: Home) -> None:
    write(home, "old.md", said("kettle", 3))
    write(home, "new.md", said("kettle", 3) + "\nThe new edition says one thing more than the old one said.\n")
    write(home, "other.md", said("toaster", 3) + said("kettle", 1).splitlines()[4] + "\n")
    found = families(synced(home).database)
    assert found.of("old.md") == found.of("new.md") != found.of("other.md")


def test_a_successor_is_on_the_side_of_what_it_succeeds(home: Home) -> None:
    for number in range(5):
        write(home, f"{number}.md", said(f"machine{number}"))
    before = of(sides(synced(home)))
    for number in range(5):
        write(home, f"next{number}.md", f"---\nsupersedes: {number}.md\n---\n\n" + said(f"successor{number}"))
    after = of(sides(synced(home)))
    assert [after[f"next{number}.md"] for number in range(5)] == [before[f"{number}.md"] for number in range(5)]


def test_one_document_alone_is_parted_by_its_sections(home: Home) -> None:
    write(home, "manual.md", said("kettle", 8))
    found = sides(synced(home))
    assert found.parted == ["manual.md"] and found.missing == []
    held = {side: {passage.heading for passage in found.on(side)} for side in SIDES}
    assert all(held.values()) and not held["train"] & (held["exam"] | held["calibrate"])
    before = {passage.heading: found.of(passage) for passage in found.passages}
    (home.documents / "manual.md").rename(home.documents / "handbook.md")
    for number in range(4):
        write(home, f"{number}.md", said(f"machine{number}"))
    after = sides(synced(home))
    assert before == {one.heading: after.of(one) for one in after.passages if one.document == "handbook.md"}


def test_one_sentence_teaches_and_what_is_missing_is_said(home: Home) -> None:
    write(home, "note.md", "Blue keys are kept for 9 days.\n")
    found = sides(synced(home))
    assert (of(found), found.missing) == ({"note.md": "train"}, ["calibrate", "exam"])


def test_what_not_everyone_may_read_has_no_side_but_in_its_own_domain(home: Home) -> None:
    for name, topic in zip([*THREE, "hr/d.md"], ("kettle", "toaster", "oven", "wages"), strict=True):
        write(home, name, said(topic))
    library = synced(home)
    before = of(sides(library))
    assert set(before) == set(THREE)
    assert library.database.rows("SELECT 1 FROM sides WHERE document = 'hr/d.md'") == []
    inside = of(sides(library, "HR"))
    assert set(inside) == {*THREE, "hr/d.md"} and before.items() <= inside.items()


def test_what_the_catalogue_says_of_a_document_holds(home: Home) -> None:
    for number in range(9):
        write(home, f"{number}.md", said(f"machine{number}"))
    library = synced(home)
    library.catalogue.assign({"3.md": "exam", "4.md": "exam", "5.md": "calibrate"})
    assert {"3.md": "exam", "4.md": "exam", "5.md": "calibrate"}.items() <= of(sides(library)).items()


def test_where_two_sides_meet_in_one_family_it_teaches(home: Home) -> None:
    """What was learned from cannot be examined on; what was examined on can be learned from."""
    for name, topic in zip(THREE, ("kettle", "toaster", "oven"), strict=True):
        write(home, name, said(topic, 2))
    before = of(sides(synced(home)))
    taught, examined = (next(id for id, side in before.items() if side == wanted) for wanted in ("train", "exam"))
    write(home, examined, f"---\nsupersedes: {taught}\n---\n\n" + said("merger", 2))
    assert of(sides(synced(home)))[examined] == "train"


def test_a_purge_takes_the_side_with_it(home: Home) -> None:
    for name, topic in zip(THREE, ("kettle", "toaster", "oven"), strict=True):
        write(home, name, said(topic))
    sides(synced(home))
    (home.documents / "b.md").unlink()
    library = synced(home)
    library.purge(["b.md"])
    assert {row["document"] for row in library.database.rows("SELECT document FROM sides")} == {"a.md", "c.md"}
