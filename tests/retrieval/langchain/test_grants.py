"""Groups become rules of the Spec, and the Spec has the last word."""

from __future__ import annotations

from pathlib import Path

import pytest
from langchain_core.documents import Document

from retrieval import EVERYONE, Home, Principal, SpecError, open_home, read_toml
from retrieval.access import rules_in
from retrieval.langchain import GroundsmithEmbeddings, GroundsmithVectorStore
from retrieval.langchain.grants import folder_of, grant
from tests.retrieval.homes import HR, make, opened

PAY = Document(id="pay", page_content="The tamarisk band pays 41,000 a year.", metadata={"groups": ["HR"]})
STAFF = frozenset({"staff"})
GROUP = frozenset({"HR"})


def spec(shelf: Path, text: str) -> Home:
    home = make(shelf / "home", {})
    home.spec.write_bytes(text.encode())
    return home


@pytest.mark.parametrize(
    "text",
    [
        '# mine\r\n[retrieval]\r\nencoder = "words-1"\r\n\r\n[access] # who may\r\nhr = ["HR"]\r\n',
        '[access]\nhr = ["HR"]\n\n[retrieval]\nencoder = "words-1"',
        '[retrieval]\nencoder = "words-1"',
        '[retrieval]\nencoder = "words-1"\n\n[access]',
        "",
    ],
)
def test_a_rule_is_added_and_all_else_stays(shelf: Path, text: str) -> None:
    home = spec(shelf, text)
    before = read_toml(home.spec)
    access = grant(home, [GROUP])
    assert access.audience(f"{folder_of(GROUP)}/00.jsonl") == GROUP
    after = read_toml(home.spec)
    added = {folder: after["access"].pop(folder) for folder in ("langchain/restricted", folder_of(GROUP))}
    assert added == {"langchain/restricted": ["nobody"], folder_of(GROUP): ["HR"]}
    assert after == {"access": {}, **before}
    for line in text.splitlines():
        assert line in home.spec.read_bytes().decode()
    written = home.spec.read_bytes()
    grant(home, [GROUP, frozenset()])
    assert home.spec.read_bytes() == written


def test_a_spec_that_cannot_be_added_to_is_left_as_it_is(shelf: Path) -> None:
    text = 'access = {hr = ["HR"]}\n'
    home = spec(shelf, text)
    with pytest.raises(SpecError, match="cannot be added to"):
        grant(home, [GROUP])
    assert home.spec.read_text() == text


def test_a_rule_that_the_owner_changed_is_not_overruled(store: GroundsmithVectorStore) -> None:
    store.add_documents([PAY])
    home = store.library.home
    text = home.spec.read_text().replace('["HR"]', '["HR", "staff"]')
    home.spec.write_text(text)
    with pytest.raises(SpecError, match=r"is for \['HR', 'staff'\], not for \['HR'\]"):
        store.add_documents([PAY])
    again = GroundsmithVectorStore(home.root, store.embeddings, principal=Principal("s", STAFF))
    assert again.similarity_search("tamarisk", k=1) == [PAY]  # the owner said so


def test_a_rule_that_the_owner_removed_leaves_nobody(store: GroundsmithVectorStore) -> None:
    store.add_documents([PAY])
    home = store.library.home
    lines = [line for line in home.spec.read_text().splitlines(keepends=True) if folder_of(GROUP) not in line]
    home.spec.write_text("".join(lines))
    again = GroundsmithVectorStore(home.root, store.embeddings)
    for principal in (EVERYONE, HR):
        assert again.similarity_search("tamarisk", k=1, principal=principal) == []
        assert again.with_principal(principal).get_by_ids(["pay"]) == []


def test_what_has_no_groups_is_for_whom_the_home_says(shelf: Path, embeddings: GroundsmithEmbeddings) -> None:
    home = make(shelf / "home", {}, '"" = ["staff"]')
    store = GroundsmithVectorStore(home.root, embeddings)
    store.add_texts(["The kettle hums.", "The board met."], [{}, {"groups": ["board"]}], ids=["hum", "met"])
    assert store.similarity_search("kettle board", k=9) == []
    (found,) = store.similarity_search("kettle board", k=9, principal=Principal("s", STAFF))
    assert found.id == "hum"
    (found,) = store.similarity_search("kettle board", k=9, principal=Principal("b", frozenset({"board"})))
    assert found.id == "met"


def test_groups_of_the_store_are_for_documents_without(shelf: Path, embeddings: GroundsmithEmbeddings) -> None:
    store = GroundsmithVectorStore(shelf / "home", embeddings, groups=["HR"])
    store.add_texts(["For HR.", "For the board."], [{}, {"groups": ["board"]}], ids=["hr", "board"])
    assert [d.id for d in store.similarity_search("for", k=9, principal=HR)] == ["hr"]
    assert store.similarity_search("for", k=9) == []


def test_one_that_is_given_to_others_leaves_those_before(store: GroundsmithVectorStore) -> None:
    for groups in ([], ["HR"], ["board"], []):
        metadata = {"groups": groups} if groups else {}
        store.add_documents([Document(id="x", page_content="The tamarisk.", metadata=metadata)])
        for asker in ("HR", "board"):
            found = store.similarity_search("tamarisk", k=9, principal=Principal("a", frozenset({asker})))
            assert len(found) == (not groups or asker in groups)
        assert len(store.similarity_search("tamarisk", k=9)) == (not groups)
        assert len(list(store.library.home.documents.rglob("*.jsonl"))) == 1


def test_a_store_opened_before_a_grant_keeps_to_it(store: GroundsmithVectorStore) -> None:
    early = GroundsmithVectorStore(store.library.home.root, store.embeddings)
    store.add_documents([PAY])
    early.add_texts(["The kettle hums."])
    for each in (early, store):
        assert PAY not in each.similarity_search("tamarisk", k=9)
        assert each.similarity_search("tamarisk", k=1, principal=HR) == [PAY]
    assert rules_in(store.library.home.spec) == early.library.access


def test_a_folder_without_a_rule_of_its_own_is_for_nobody(store: GroundsmithVectorStore) -> None:
    """As when another process has written its files, and this one read the Spec just before their rule came."""
    store.add_documents([PAY])
    home = store.library.home
    file = next(home.documents.rglob("*.jsonl"))
    stray = home.documents / "langchain" / "restricted" / "0123456789ab" / "00.jsonl"
    stray.parent.mkdir()
    stray.write_text(file.read_text().replace("langchain/pay", "langchain/stray"))
    opened(open_home(home.root)).sync()
    assert [d.id for d in store.similarity_search("tamarisk", k=9, principal=HR)] == ["pay"]
    assert store.similarity_search("tamarisk", k=9) == []
