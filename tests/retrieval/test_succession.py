"""Which document took the place of which: what is said by name is followed, what only looks so is suggested."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import EVERYONE, Home, Kept, Library, Principal, RetrievalSpec
from retrieval.life.candidates import Dated, bare, looking_superseded
from retrieval.life.succession import Claim, Held, succession
from tests.retrieval.homes import HR, found, make, opened, records, rule, spec_text, synced, write

OLD = "---\ntitle: Returns\ndate: 2024-04-01\n---\n\n# How long?\n\nThe kettle may be returned within thirty days.\n"
NEW = "# Returns of today\n\nThe kettle may be returned within forty days.\n"
ASKED = "kettle returned days"


def headed(text: str, *lines: str) -> str:
    """The text with a front matter."""
    return "\n".join(["---", *lines, "---", "", text])


def policies(root: Path, **others: str) -> Home:
    return make(root, {"policies/old.md": OLD, "policies/new.md": NEW, **others})


def cited(library: Library, document: str, principal: Principal = EVERYONE) -> Kept:
    """Its first passage, as a citation opens it."""
    sql = "SELECT p.id FROM passages p JOIN documents d ON d.key = p.document WHERE d.id = ? ORDER BY p.key"
    kept = library.catalogue.open_passage(library.database.rows(sql, document)[0]["id"], principal)
    assert kept is not None
    return kept


# Said by a document


@pytest.mark.parametrize("name", ["policies/old.md", "old.md", "./old.md", "[other.md, old.md]", '["old.md"]'])
def test_a_document_says_which_one_it_supersedes(name: str, shelf: Path) -> None:
    home = policies(shelf / "home")
    write(home, {"policies/new.md": headed(NEW, f"supersedes: {name}")})
    library = opened(home)
    report = library.sync()
    assert report.superseded == {"policies/old.md": "policies/new.md"}
    assert found(library, ASKED) == ["policies/new.md"]
    assert library.catalogue.titles(EVERYONE).keys() == {"policies/new.md"}
    kept = cited(library, "policies/old.md")
    assert (kept.state, kept.successor) == ("superseded", "policies/new.md")
    assert kept.since is not None
    assert "thirty" in kept.passage.text
    assert library.superseded(EVERYONE) == {"policies/old.md": "policies/new.md"}


def test_a_document_says_by_which_one_it_is_superseded(shelf: Path) -> None:
    home = policies(shelf / "home")
    write(home, {"policies/old.md": headed(OLD, "superseded_by: policies/new.md")})
    assert found(synced(home), ASKED) == ["policies/new.md"]


def test_a_record_says_so_too(shelf: Path) -> None:
    rows = '{"id": "new", "text": "The kettle hums.", "supersedes": "old"}\n'
    home = make(shelf / "home", {"faq.jsonl": records({"old": "The kettle whistles."}) + rows})
    assert found(synced(home), "kettle") == ["new"]


def test_without_its_successor_the_earlier_one_is_in_force_again(shelf: Path) -> None:
    home = policies(shelf / "home")
    write(home, {"policies/new.md": headed(NEW, "supersedes: old.md")})
    library = synced(home)
    (home.documents / "policies/new.md").unlink()
    report = library.sync()
    assert (report.deleted, report.encoded) == (["policies/new.md"], 1)
    assert found(library, ASKED) == ["policies/old.md"]
    kept = cited(library, "policies/old.md")
    assert (kept.state, kept.successor, kept.since) == ("live", None, None)
    assert cited(library, "policies/new.md").state == "deleted"


def test_who_is_superseded_keeps_its_vectors_for_when_it_comes_back(shelf: Path) -> None:
    library = synced(policies(shelf / "home"))
    write(library.home, {"policies/new.md": headed(NEW, "supersedes: old.md")})
    library.sync()
    (library.home.documents / "policies/new.md").unlink()
    assert library.sync().encoded == 0


def test_a_superseded_document_that_changes_stays_superseded(shelf: Path) -> None:
    home = policies(shelf / "home")
    write(home, {"policies/new.md": headed(NEW, "supersedes: old.md")})
    library = synced(home)
    write(home, {"policies/old.md": OLD.replace("thirty", "twenty")})
    library.sync()
    assert found(library, ASKED) == ["policies/new.md"]
    assert library.in_step()


def test_of_a_line_of_successors_the_last_is_named(shelf: Path) -> None:
    home = policies(shelf / "home", **{"policies/newest.md": headed(NEW, "supersedes: new.md")})
    write(home, {"policies/new.md": headed(NEW, "supersedes: old.md")})
    library = synced(home)
    assert library.superseded(EVERYONE) == dict.fromkeys(("policies/old.md", "policies/new.md"), "policies/newest.md")


def test_a_name_that_nothing_has_is_told_and_hides_nothing(shelf: Path) -> None:
    home = policies(shelf / "home")
    write(home, {"policies/new.md": headed(NEW, "supersedes: odl.md")})
    library = opened(home)
    report = library.sync()
    assert report.superseded == {}
    (unheeded,) = report.unheeded
    assert "policies/new.md says `supersedes: odl.md`" in unheeded
    assert "no such document" in unheeded
    assert len(found(library, ASKED)) == 2


def test_documents_that_supersede_one_another_all_stay(shelf: Path) -> None:
    home = policies(shelf / "home")
    for one, other in (("old", "new"), ("new", "old")):
        write(home, {f"policies/{one}.md": headed(NEW + one, f"supersedes: {other}.md")})
    library = opened(home)
    assert library.sync().unheeded == ["policies/new.md, policies/old.md supersede one another."]
    assert len(found(library, ASKED)) == 2


def test_one_that_not_everyone_may_read_supersedes_nothing_that_they_may(shelf: Path) -> None:
    """Else who may not read it would see another one vanish."""
    home = make(shelf / "home", {"old.md": OLD, "hr/new.md": headed(NEW, "supersedes: old.md")}, 'hr = ["HR"]')
    library = opened(home)
    (unheeded,) = library.sync().unheeded
    assert "not everyone who may read old.md may read hr/new.md" in unheeded
    assert found(library, ASKED) == ["old.md"]
    assert len(found(library, ASKED, HR)) == 2


def test_a_successor_that_one_may_no_longer_read_is_not_named(shelf: Path) -> None:
    home = make(shelf / "home", {"old.md": OLD, "hr/new.md": headed(NEW, "supersedes: old.md")})
    library = synced(home)
    rule(home, 'hr = ["HR"]')
    library = opened(home)
    assert (cited(library, "old.md").successor, cited(library, "old.md", HR).successor) == (None, "hr/new.md")
    assert library.superseded(EVERYONE) == {"old.md": None}
    library.sync()
    assert found(library, ASKED) == ["old.md"]


def test_what_came_by_mail_speaks_for_its_sender_alone(shelf: Path) -> None:
    attached = headed(NEW, "supersedes: policies/old.md").replace("\n", "\r\n")
    mail = (
        "From: a@example.com\r\nSubject: New rules\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nSee there.\r\n'
        '--x\r\nContent-Type: text/markdown\r\nContent-Disposition: attachment; filename="new.md"\r\n\r\n'
        f"{attached}\r\n--x--\r\n"
    )
    library = opened(make(shelf / "home", {"policies/old.md": OLD, "mail.eml": mail}))
    report = library.sync()
    assert "mail.eml/new.md" in library.catalogue.titles(EVERYONE)
    assert (report.problems, report.superseded, report.unheeded) == ([], {}, [])


def test_the_owners_word_is_the_last() -> None:
    documents = [Held(number, name, name, frozenset()) for number, name in enumerate(("a.md", "b.md"))]
    claim = Claim(documents[1], "supersedes", "a.md")
    assert succession(documents, [claim], ["b.md"]).successors == {"a.md": "b.md", "b.md": None}


NAMES = st.sampled_from("abcdef")


@given(st.lists(st.tuples(NAMES, st.sampled_from(["supersedes", "superseded_by"]), NAMES), max_size=12))
def test_whatever_is_said_no_document_is_hidden_by_one_that_is_not_in_force(said: list[tuple[str, str, str]]) -> None:
    documents = {name: Held(number, name, name, frozenset()) for number, name in enumerate("abcde")}  # there is no f
    claims = [Claim(documents[one], relation, other) for one, relation, other in said if one in documents]
    found = succession(list(documents.values()), claims, ()).successors
    earlier = {other if relation == "supersedes" else one for one, relation, other in said}
    assert found.keys() <= earlier & documents.keys()
    assert not set(found.values()) & found.keys()
    assert len(found) < len(documents)


# Said in the Spec


@pytest.mark.parametrize("name", ["policies", "policies/", "policies/old.md", "./policies\\old.md"])
def test_the_owner_says_so_in_the_spec(name: str, shelf: Path) -> None:
    home = make(shelf / "home", {"policies/old.md": OLD, "new.md": NEW})
    library = synced(home)
    home.spec.write_text(spec_text("", RetrievalSpec(encoder="words-1", superseded=(name,))), encoding="utf-8")
    report = library.sync()  # opened before the Spec changed
    assert report.superseded == {"policies/old.md": None}
    assert found(library, ASKED) == ["new.md"]
    kept = cited(library, "policies/old.md")
    assert (kept.state, kept.successor) == ("superseded", None)
    rule(home, "")
    library.sync()
    assert len(found(library, ASKED)) == 2


def test_a_name_in_the_spec_under_which_nothing_lies_is_told(shelf: Path) -> None:
    home = make(shelf / "home", {"new.md": NEW})
    home.spec.write_text(spec_text("", RetrievalSpec(encoder="words-1", superseded=("archive",))), encoding="utf-8")
    assert opened(home).sync().unheeded == ["[retrieval] superseded names 'archive', where no document lies."]


# What an old citation tells


def test_of_a_deleted_document_the_place_is_told_and_not_the_text(shelf: Path) -> None:
    library = synced(policies(shelf / "home"))
    (library.home.documents / "policies/old.md").unlink()
    library.sync()
    kept = cited(library, "policies/old.md")
    assert (kept.state, kept.passage.title, kept.passage.text, kept.passage.units) == ("deleted", "Returns", "", ())
    assert kept.since is not None


def test_an_earlier_version_of_a_deleted_document_is_deleted_too(shelf: Path) -> None:
    library = synced(policies(shelf / "home"))
    write(library.home, {"policies/old.md": "# Returns\n\nNone.\n"})
    library.sync()
    kept = cited(library, "policies/old.md")
    assert (kept.state, kept.successor) == ("superseded", "policies/old.md")
    (library.home.documents / "policies/old.md").unlink()
    library.sync()
    kept = cited(library, "policies/old.md")
    assert (kept.state, kept.successor, kept.passage.text) == ("deleted", None, "")


# What only looks so


@pytest.mark.parametrize(
    ("title", "left"),
    [
        ("Returns policy", "returns policy"),
        ("Returns policy 2024", "returns policy"),
        ("Returns policy (1 April 2024)", "returns policy"),
        ("Price_list_2026-01", "price list"),
        ("Handbook v2.1", "handbook"),
        ("Handbook, version 3", "handbook"),
        ("Handbook – 2nd edition", "handbook 2nd"),
        ("Heron 320 manual", "heron 320 manual"),
        ("2024", ""),
        ("Version 3.1", ""),
    ],
)
def test_a_title_without_what_tells_versions_apart(title: str, left: str) -> None:
    assert bare(title) == left


def dated(file: str, title: str, date: str | None = None, version: str | None = None) -> Dated:
    return Dated(file, file, title, date, version)


@pytest.mark.parametrize(
    ("one", "other", "suggested"),
    [
        (dated("p/a", "Rules 2024", "2024-01-01"), dated("p/b", "Rules 2026", "2026-01-01"), ["p/a"]),
        (dated("p/b", "Rules", "2026-01-01"), dated("p/a", "Rules", "2024-01-01"), ["p/a"]),
        (dated("p/a", "Rules v9", version="9"), dated("p/b", "Rules v10", version="10"), ["p/a"]),
        (dated("p/a", "Rules", "2024-01-01"), dated("p/b", "Rules", "2024-01-01"), []),
        (dated("p/a", "Rules", "2024-01-01"), dated("p/b", "Rules", version="2"), []),
        (dated("p/a", "Rules", "2024-01-01"), dated("q/b", "Rules", "2026-01-01"), []),
        (dated("p/a", "Heron 300", "2024-01-01"), dated("p/b", "Heron 320", "2026-01-01"), []),
        (dated("p/a", "2024", "2024-01-01"), dated("p/b", "2026", "2026-01-01"), []),
        (dated("p/a", "Rules", "2024-01-01"), dated("p/a", "Rules", "2026-01-01"), []),  # records of one file
    ],
)
def test_an_earlier_one_of_the_same_name_is_suggested(one: Dated, other: Dated, suggested: list[str]) -> None:
    assert [each.earlier.id for each in looking_superseded([one, other])] == suggested


def test_of_several_all_are_suggested_for_the_latest() -> None:
    several = [dated(str(year), f"Rules {year}", f"{year}-01-01") for year in (2025, 2023, 2026, 2024)]
    pairs = [(each.earlier.id, each.later.id) for each in looking_superseded(several)]
    assert pairs == [("2025", "2026"), ("2023", "2026"), ("2024", "2026")]


def test_a_suggestion_hides_nothing_and_is_told_to_those_who_may_read_both(shelf: Path) -> None:
    later = headed(NEW, "title: Returns", "date: 2026-01-01")
    home = make(shelf / "home", {"hr/old.md": OLD, "hr/new.md": later}, '"hr/new.md" = ["HR"]')
    library = synced(home)
    assert len(found(library, ASKED, HR)) == 2
    assert [(each.earlier.id, each.later.id) for each in library.candidates(HR)] == [("hr/old.md", "hr/new.md")]
    assert library.candidates(EVERYONE) == []
    write(home, {"hr/old.md": headed(OLD, "superseded_by: new.md")})
    rule(home, 'hr = ["HR"]')
    library = synced(home)
    assert library.candidates(HR) == []
