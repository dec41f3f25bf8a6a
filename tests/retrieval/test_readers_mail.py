"""E-mails and mailboxes: who wrote what to whom, what it answers, and what is attached."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import ReadError
from retrieval.nouns import Document
from retrieval.readers import mail as reader
from retrieval.readers import parts, read_with_problems
from retrieval.readers.canvas import Canvas
from retrieval.readers.replies import write_letter
from retrieval.readers.source import OTHER_FORMAT, Source
from tests.retrieval.bombs import endless_parts
from tests.retrieval.formats import MARKDOWN, message, packed
from tests.retrieval.test_readers import check, text_of


def read(folder: Path, data: bytes | EmailMessage, name: str = "a.eml") -> tuple[list[Document], list[str]]:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.as_bytes())
    documents, problems = read_with_problems(path, name)
    for document in documents:
        check(document)
    return documents, [str(problem) for problem in problems]


def said(text: str, **headers: str) -> EmailMessage:
    written = message(**headers)
    written.set_content(text)
    return written


def attach(to: EmailMessage, name: str, data: bytes, kind: str = "application/octet-stream", **given: Any) -> None:
    main, _, sub = kind.partition("/")
    to.add_attachment(data, main, sub, filename=name, **given)


def letter(text: str) -> list[tuple[str, str]]:
    canvas = Canvas()
    write_letter(canvas, text)
    return [(f"{b.kind}{b.level or ''}", canvas.text[b.start : b.end]) for b in canvas.blocks]


# -------------------------------------------------------------------------------------- a message


def test_the_head_is_a_row_and_the_thread_is_known(tmp_path: Path) -> None:
    written = said(
        "The warranty lasts 24 months.",
        Subject="Re: Wärmepumpe",
        To="Bob <bob@heron.example>",
        Message_ID="<m2@heron.example>",
        In_Reply_To="<m1@heron.example>",
        References="<m0@heron.example> <m1@heron.example>",
    )
    (document,), problems = read(tmp_path, written)
    assert not problems
    assert (document.title, document.date) == ("Re: Wärmepumpe", "2026-03-01")
    assert text_of(document, "row") == [
        "From: Anna <anna@heron.example>; To: Bob <bob@heron.example>; Date: Sun, 01 Mar 2026 10:00:00 +0100"
    ]
    assert dict(document.metadata) == {
        "message_id": "m2@heron.example",
        "in_reply_to": "m1@heron.example",
        "thread": "m0@heron.example",
    }


def test_plain_text_is_preferred_unless_it_says_nothing(tmp_path: Path) -> None:
    both = said("Plain words.")
    both.add_alternative("<p>Formatted words.</p>", subtype="html")
    assert "Plain words." in read(tmp_path, both)[0][0].text
    blank = said(" \n")
    blank.add_alternative("<h1>Sale</h1><p>Formatted words.</p>", subtype="html")
    (document,), _ = read(tmp_path, blank)
    assert "Formatted words." in document.text
    assert [(b.level, document.text[b.start : b.end]) for b in document.blocks if b.level] == [
        (1, "Warranty"),
        (2, "Sale"),
    ]


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "no-such-charset", "us-ascii"])
def test_the_encoding_may_be_wrong(charset: str, tmp_path: Path) -> None:
    body = "Größe: 5, naïve café".encode("utf-8" if charset == "utf-8" else "cp1252")
    head = f"Subject: x\nMIME-Version: 1.0\nContent-Type: text/plain; charset={charset}\n\n".encode()
    assert "Größe: 5, naïve café" in read(tmp_path, head + body)[0][0].text


def test_without_a_subject_the_file_names_it(tmp_path: Path) -> None:
    assert read(tmp_path, b"From: anna@heron.example\n\nHello.\n", "travel-plan.eml")[0][0].title == "Travel plan"


def test_what_has_no_head_is_no_message(tmp_path: Path) -> None:
    documents, problems = read(tmp_path, b"Just a text.\n\nNothing else.")
    assert not documents
    assert problems == ["a.eml has no head of an e-mail. Save it from the mail program as .eml."]


def test_an_address_that_the_library_trips_over_is_shown_as_sent(tmp_path: Path) -> None:
    (document,), _ = read(tmp_path, b'From: =?utf-8?q??= <"@[\nTo: <@:;,\nSubject: x\n\nHello.\n')
    assert "Hello." in document.text


def test_a_header_without_an_end_is_cut(tmp_path: Path) -> None:
    (document,), _ = read(tmp_path, b"From: " + b"a." * 200_000 + b"\nSubject: x\n\nHello.\n")
    assert len(document.text) < parts.MAX_HEADER + 100


# ---------------------------------------------------------------------------------------- replies


def test_letters_below_are_told_apart_by_who_wrote_them() -> None:
    text = """Hi Bob

The warranty lasts
24 months.

--
Anna

On Sat, 28 Feb 2026, Bob
<bob@heron.example> wrote:
> How long is it?
>
> On Fri, Carl wrote:
> > It broke.
> Thanks
"""
    assert letter(text.replace("--\n", "-- \n")) == [
        ("paragraph", "Hi Bob"),
        ("paragraph", "The warranty lasts 24 months."),
        ("paragraph", "Anna"),
        ("heading1", "On Sat, 28 Feb 2026, Bob <bob@heron.example> wrote"),
        ("paragraph", "How long is it?"),
        ("heading2", "On Fri, Carl wrote"),
        ("paragraph", "It broke."),
        ("heading1", "On Sat, 28 Feb 2026, Bob <bob@heron.example> wrote"),
        ("paragraph", "Thanks"),
    ]


def test_quotes_between_the_lines_keep_their_mark() -> None:
    assert letter("> Is it covered?\n\nYes.\n\n> For how long?\n\n24 months.") == [
        ("paragraph", "> Is it covered?"),
        ("paragraph", "Yes."),
        ("paragraph", "> For how long?"),
        ("paragraph", "24 months."),
    ]


def test_the_letters_of_other_programs_begin_with_their_head() -> None:
    text = "Yes.\n\n-----Original Message-----\nFrom: Bob\nSent: Monday\nTo: Anna\nSubject: Cover\n\nIs it covered?\n"
    assert letter(text) == [
        ("paragraph", "Yes."),
        ("heading1", "From: Bob; Sent: Monday; To: Anna; Subject: Cover"),
        ("paragraph", "Is it covered?"),
    ]


ODD_LINES = st.sampled_from([
    "> a", ">> b", "> > c", "On Monday, Anna wrote:", "Hello", "", "-- ", "From: x", "To: y", "Subject: z", "- item",
    "-----Original Message-----", "1. one", "TITLE", ">",
])  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(ODD_LINES, max_size=14))
def test_no_word_of_a_letter_is_lost(lines: list[str]) -> None:
    written = " ".join(text for _, text in letter("\n".join(lines)))
    kept = [line for line in lines if line in ("Hello", "1. one", "TITLE")]
    assert all(written.count(line) >= kept.count(line) for line in kept)
    assert written.count("c") >= lines.count("> > c")


# ------------------------------------------------------------------------------------ attachments


def test_attachments_are_documents_of_their_own(tmp_path: Path) -> None:
    written = said("See the attached.", Message_ID="<m1@heron.example>")
    attach(written, "guide.md", MARKDOWN.encode())
    attach(written, "guide.md", b"# Second\n\nAnother text.")
    attach(written, "../../etc/x.md", b"# Third\n\nA third.")
    attach(written, "logo.png", b"\x89PNG\r\n\x1a\n", "image/png", disposition="inline", cid="<1>")
    attach(written, "data.xyz", b"?")
    documents, problems = read(tmp_path, written)
    assert [d.id for d in documents] == ["a.eml", "a.eml/guide.md", "a.eml/guide (2).md", "a.eml/.._.._etc_x.md"]
    assert "Attachments: guide.md, guide (2).md, .._.._etc_x.md, data.xyz" in documents[0].text
    assert dict(documents[1].metadata) == {"attached_to": "a.eml", "thread": "m1@heron.example"}
    assert problems == [f"a.eml/data.xyz: there is no reader for .xyz. {OTHER_FORMAT}"]


def test_a_message_in_a_message_is_read_and_a_third_layer_of_files_is_not(tmp_path: Path) -> None:
    inner = said("The inner words.", Subject="Inner")
    attach(inner, "more.zip", packed({"a.md": "# A\n\nWords in the archive."}))
    outer = said("The outer words.")
    outer.add_attachment(inner)
    documents, problems = read(tmp_path, outer)
    assert [(d.id, d.title) for d in documents] == [("a.eml", "Warranty"), ("a.eml/part 1.eml", "Inner")]
    assert problems == [
        "a.eml/part 1.eml/more.zip lies 2 files deep and holds files itself; the limit is 2. "
        "Unpack it, and put the files that matter into the folder."
    ]


def test_too_many_parts_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "MAX_PARTS", 2)
    written = said("Text.")
    for number in range(3):
        attach(written, f"{number}.md", b"# A\n\nText.")
    assert read(tmp_path, written)[1] == ["a.eml has more than 2 parts, the limit. Save its attachments beside it."]


# -------------------------------------------------------------------------------------- mailboxes


def box(*messages: EmailMessage) -> bytes:
    first = b"From anna@heron.example Sun Mar  1 10:00:00 2026\n"
    return b"\n".join(first + each.as_bytes().replace(b"\nFrom me", b"\n>From me") + b"\n" for each in messages)


def test_a_mailbox_holds_a_document_a_message(tmp_path: Path) -> None:
    messages = [
        said("One.", Subject="First", Message_ID="<m1@heron.example>"),
        said("Two.\nFrom me with thanks.", Subject="Second", References="<m1@heron.example>"),
        said("Three.", Subject="Third", Message_ID="<m3@heron.example>"),
    ]
    documents, problems = read(tmp_path, box(*messages), "box.mbox")
    assert not problems
    ids = ["box.mbox/m1@heron.example", "box.mbox#2", "box.mbox/m3@heron.example"]
    assert [(d.id, d.title) for d in documents] == list(zip(ids, ("First", "Second", "Third"), strict=True))
    assert documents[1].metadata["thread"] == "m1@heron.example"
    assert "From me with thanks." in documents[1].text
    without_first, _ = read(tmp_path, box(*messages[1:]), "box.mbox")
    assert [d.id for d in without_first][-1] == ids[-1]


def test_a_message_twice_is_kept_once_and_named(tmp_path: Path) -> None:
    twice = said("One.", Message_ID="<m1@heron.example>")
    documents, problems = read(tmp_path, box(twice, twice), "box.mbox")
    assert len(documents) == 1
    assert 'holds two documents with the id "box.mbox/m1@heron.example"; the first is kept' in problems[0]


def test_bad_messages_are_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    broken = b"From x Sun Mar  1 10:00:00 2026\nno head at all\n\n"
    documents, problems = read(tmp_path, broken + box(said("Two.")), "box.mbox")
    assert len(documents) == 1
    assert problems == ["box.mbox#1 has no head of an e-mail. Save it from the mail program as .eml."]


def test_what_is_no_mailbox_and_what_is_too_large_a_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "is not a mailbox: no line begins with" in read(tmp_path, b"Just text.", "box.mbox")[1][0]
    monkeypatch.setattr(reader, "MAX_MESSAGES", 1)
    told = read(tmp_path, box(said("One."), said("Two.")), "box.mbox")[1][0]
    assert told == "box.mbox holds 2 messages; the limit is 1. Split it into smaller mailboxes."


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"", b"Content-Type: multipart/mixed; boundary=b\n\n--b\n"]))
def test_any_bytes_are_read_or_refused(data: bytes, head: bytes) -> None:
    source = Source("a.eml", Path("a.eml"), b"Subject: x\n" + head + data)
    try:
        documents, _ = reader.read(source, lambda member: ([], []))
    except ReadError:
        return
    for document in documents:
        check(document)


def test_parts_in_parts_have_a_limit(tmp_path: Path) -> None:
    for depth, told in ((40, ""), (60, "more than 50 deep"), (20_000, "more than 50 deep")):
        for name, data in (("a.eml", endless_parts(depth)), ("a.mbox", b"From a b\r\n" + endless_parts(depth))):
            (tmp_path / name).write_bytes(data)
            documents, problems = read_with_problems(tmp_path / name, name)
            assert [told in str(problem) for problem in problems] == [True] * bool(told)
            assert len(documents) == (not told)


def test_many_parts_beside_one_another_are_not_nested(tmp_path: Path) -> None:
    parts = [
        f'--o\r\nContent-Type: multipart/alternative; boundary="i{n}"\r\n\r\n'
        f"--i{n}\r\nContent-Type: text/plain\r\n\r\nPart {n}.\r\n--i{n}--\r\n"
        for n in range(120)
    ]
    head = 'From: a@example.org\r\nSubject: Many\r\nContent-Type: multipart/mixed;\r\n boundary="o"\r\n\r\n'
    (tmp_path / "a.eml").write_text(head + "".join(parts) + "--o--\r\n", encoding="utf-8", newline="")
    documents, problems = read_with_problems(tmp_path / "a.eml", "a.eml")
    assert problems == []
    assert "Part 119." in documents[0].text
