"""Questions from files: all that the format says, each row that breaks it named, and the rest used."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval import ReadError, StorageError
from tuning.exam.questions import Problem, read_questions, write_questions
from tuning.exam.rows import COLUMNS
from tuning.nouns import KINDS, Kind, Question, Source
from ui.sample import QUESTIONS

DATA = os.environ.get("GROUNDSMITH_DATA")
EXAMS = Path(DATA or "../shared/data").parent / "exams"
WARRANTY = {"id": "w", "question": "How long is the warranty?", "answerable": True, "answers": ["24 months"]}


def lines(folder: Path, *rows: object, name: str = "q.jsonl") -> Path:
    path = folder / name
    text = "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8")
    return path


def table(folder: Path, text: str, encoding: str = "utf-8", name: str = "q.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def one(path: Path) -> Question:
    questions, problems = read_questions([path])
    assert not problems
    assert len(questions) == 1
    return questions[0]


def reasons(*paths: Path) -> list[tuple[str, int, str]]:
    return [(problem.file.name, problem.line, problem.reason) for problem in read_questions(paths)[1]]


# ------------------------------------------------------------------------------------- JSON lines


def test_a_full_row(tmp_path: Path) -> None:
    row = {
        "id": "s-1",
        "question": "And for the boiler?",
        "history": [{"role": "user", "content": "How long?"}, {"role": "assistant", "content": "24 months."}],
        "as": {"user": "ada", "groups": ["hr", "sales"]},
        "passages": [{"id": "p1", "title": "Warranty", "text": "60 months."}, {"id": "p2", "text": "None."}],
        "without": ["old.pdf"],
        "answerable": True,
        "answers": ["60 months", "five years"],
        "claims": [["60 months", "five years"], ["against leaks"]],
        "gold_ids": ["p1"],
        "kind": "answerable",
        "yes_no": False,
        "slice": "manual",
        "rewrite": "ignored",
    }
    assert one(lines(tmp_path, row)) == Question(
        id="s-1",
        question="And for the boiler?",
        answerable=True,
        answers=("60 months", "five years"),
        history=({"role": "user", "content": "How long?"}, {"role": "assistant", "content": "24 months."}),
        user="ada",
        groups=frozenset({"hr", "sales"}),
        passages=(Source("p1", "Warranty", "60 months."), Source("p2", "", "None.")),
        without=("old.pdf",),
        claims=(("60 months", "five years"), ("against leaks",)),
        gold_ids=("p1",),
        slice="manual",
    )


def test_null_is_absent(tmp_path: Path) -> None:
    absent = dict.fromkeys(("history", "as", "passages", "kind", "twin_of", "slice", "yes_no", "claims", "without"))
    assert one(lines(tmp_path, WARRANTY | absent)) == one(lines(tmp_path, WARRANTY))


def test_no_passages_and_an_empty_list_of_them_differ(tmp_path: Path) -> None:
    assert one(lines(tmp_path, WARRANTY)).passages is None
    assert one(lines(tmp_path, WARRANTY | {"passages": []})).passages == ()


def test_history_as_mtrag_writes_it(tmp_path: Path) -> None:
    row = WARRANTY | {"history": [{"role": "user", "text": "Hello"}]}
    assert one(lines(tmp_path, row)).history == ({"role": "user", "content": "Hello"},)


def test_the_kind_when_none_is_named(tmp_path: Path) -> None:
    rows = (
        WARRANTY,
        {"id": "t", "question": "?", "answerable": False, "twin_of": "w"},
        {"id": "h", "question": "?", "answerable": False},
    )
    questions, problems = read_questions([lines(tmp_path, *rows)])
    assert [question.kind for question in questions] == ["answerable", "twin", "hard"]
    assert not problems


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": None}, "id is missing"),
        ({"id": " "}, "id is empty"),
        ({"id": 7}, "id is 7; it must be a text"),
        ({"question": ""}, "question is empty"),
        ({"answerable": None}, "answerable is missing"),
        ({"answerable": "true"}, 'answerable is "true"; it must be true or false'),
        ({"answerable": 1}, "answerable is 1; it must be true or false"),
        ({"answers": []}, "answerable, but answers is empty; name at least one"),
        ({"answers": "24 months"}, 'answers is "24 months"; it must be a list'),
        ({"answers": [24]}, "answers holds 24; each must be a text, and not empty"),
        ({"answers": [" "]}, 'answers holds " "; each must be a text, and not empty'),
        (
            {"answerable": False},
            'not answerable, but answers names "24 months"; wordings to be refused go in absent',
        ),
        ({"kind": "easy"}, 'kind is "easy"; it must be one of answerable, twin, hard, off_topic'),
        ({"kind": "hard"}, "kind is hard, but answerable is true"),
        ({"twin_of": "w"}, 'twin_of is "w", but a twin is not answerable'),
        ({"yes_no": "no"}, 'yes_no is "no"; it must be true or false'),
        ({"as": "ada"}, 'as is "ada"; it must be an object'),
        ({"as": {"groups": "hr"}}, 'groups is "hr"; it must be a list'),
        ({"history": ["Hello"]}, 'history holds "Hello"; each must be an object'),
        (
            {"history": [{"role": "system", "content": "x"}]},
            'a role in history is "system"; it must be user or assistant',
        ),
        ({"history": [{"role": "user"}]}, "text is missing"),
        ({"passages": [{"id": "p"}]}, "text is missing"),
        ({"passages": [{"id": "p", "text": "a"}, {"id": "p", "text": "b"}]}, "two of the passages have the same id"),
        ({"claims": ["a"]}, 'claims is "a"; it must be a list'),
    ],
)
def test_a_bad_row_is_named_and_the_rest_used(tmp_path: Path, change: dict[str, Any], reason: str) -> None:
    good = WARRANTY | {"id": "good"}
    questions, problems = read_questions([lines(tmp_path, WARRANTY | change, "", good)])
    assert [question.id for question in questions] == ["good"]
    assert problems == [Problem(tmp_path / "q.jsonl", 1, reason)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": ', "the line is not JSON: Expecting value at character 8"),
        ("[1, 2]", "the line is [1, 2]; it must be an object, such as"),
        ('{"id": "\\ud800"}', "the line holds half a character"),
        ("[" * 100_000, "the line is not JSON that can be read"),
    ],
)
def test_a_line_that_is_no_object(tmp_path: Path, line: str, reason: str) -> None:
    questions, problems = read_questions([lines(tmp_path, WARRANTY, line)])
    assert [question.id for question in questions] == ["w"]
    assert (problems[0].line, problems[0].reason[: len(reason)]) == (2, reason)


def test_the_first_of_two_with_one_id_is_used_over_all_files(tmp_path: Path) -> None:
    first = lines(tmp_path, WARRANTY, name="a.jsonl")
    second = lines(tmp_path, WARRANTY | {"id": "x"}, WARRANTY | {"question": "Other?"}, name="b.jsonl")
    assert reasons(first, second) == [("b.jsonl", 2, f'id "w" is already in {first}, line 1')]
    assert read_questions([first, second])[0][0].question == WARRANTY["question"]


def test_a_twin_needs_the_question_that_it_is_the_twin_of(tmp_path: Path) -> None:
    def twin(id: str, of: str) -> dict[str, Any]:
        return {"id": id, "question": "?", "answerable": False, "twin_of": of}

    twins = lines(tmp_path, twin("t1", "w"), twin("t2", "nobody"), twin("t3", "t1"), twin("t4", "bad"), name="a.jsonl")
    others = lines(tmp_path, WARRANTY | {"id": "bad", "answers": []}, WARRANTY, name="b.jsonl")
    questions, _ = read_questions([twins, others])
    assert [question.id for question in questions] == ["t1", "w"]
    assert reasons(twins, others) == [
        ("a.jsonl", 2, 'twin_of is "nobody", and no row that can be used has that id'),
        ("a.jsonl", 3, 'twin_of is "t1", which is not answerable'),
        ("a.jsonl", 4, 'twin_of is "bad", and no row that can be used has that id'),
        ("b.jsonl", 1, "answerable, but answers is empty; name at least one"),
    ]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="cannot be read"):
        read_questions([tmp_path / "absent.jsonl"])
    with pytest.raises(ReadError, match="cannot be read"):
        read_questions([tmp_path])
    with pytest.raises(ReadError, match=r"not UTF-8 text \(byte 16\).*Save it as CSV UTF-8"):
        read_questions([table(tmp_path, "id;question\n1;Größe", "cp1252")])
    for empty in ("", "\n \n", "\ufeff"):
        with pytest.raises(ReadError, match=r"holds no questions.*one a line"):
            read_questions([table(tmp_path, empty, name="empty.jsonl")])
    with pytest.raises(ReadError, match="holds no questions"):
        read_questions([table(tmp_path, "id,question,answerable,answers\n")])
    with pytest.raises(ReadError, match="no questions"):
        read_questions([table(tmp_path, "")])


# ------------------------------------------------------------------------------------- tables


def test_a_table_reads_like_json_lines(tmp_path: Path) -> None:
    rows = [
        WARRANTY | {"answers": ["24 months", "two years"], "gold_ids": ["a.pdf", "b.md"], "slice": "manual"},
        {"id": "t", "question": 'Is "it" covered; or not?', "answerable": False, "absent": ["yes, it is"]}
        | {"twin_of": "w", "without": ["a.pdf"], "yes_no": True, "as": {"user": "ada", "groups": ["hr", "it"]}},
    ]
    text = (
        "ID,Question,answerable,answers,gold_ids,slice,absent,twin_of,without,yes_no,user,groups,notes\n"
        "w,How long is the warranty?,TRUE,24 months | two years,a.pdf|b.md,manual,,,,,,,x\n"
        '\nt,"Is ""it"" covered; or not?",No,,,,"[""yes, it is""]",w,a.pdf,Yes,ada,hr|it,\n'
    )
    assert read_questions([table(tmp_path, text)]) == read_questions([lines(tmp_path, *rows)])


@pytest.mark.parametrize("first", ["", "sep=;\r\n", "sep=;\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_as_spreadsheets_write_it(tmp_path: Path, first: str, encoding: str) -> None:
    rows = 'w;"How long, exactly,\r\nis it?";WAHR;24\r\nx;Größe?;True;"1,5 m"\r\n'
    text = f"{first}id;question;answerable;answers\r\n{rows}"
    questions, problems = read_questions([table(tmp_path, text, encoding)])
    assert [(question.question, question.answers) for question in questions] == [("Größe?", ("1,5 m",))]
    start = 3 if first else 2
    assert problems == [Problem(tmp_path / "q.csv", start, 'answerable is "WAHR"; it must be true or false')]


def test_a_table_with_tabs(tmp_path: Path) -> None:
    path = table(tmp_path, "id\tquestion\tanswerable\tanswers\nw\tHow long, then?\t1\t24\n", name="q.tsv")
    assert one(path).question == "How long, then?"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("x,How long, then?,true,24", "the row has 5 cells for 4 columns; quote a cell"),
        ('x,How?,true,"[24"', "answers is not JSON"),
        ('x,"How" long?,true,24', "the row is not CSV"),
        ("x,How?", "answerable is missing"),
        ("x,How?,,24", "answerable is missing"),
        ("x,How?,perhaps,24", 'answerable is "perhaps"; it must be true or false'),
        ("x,How?,true,[24]", "answers holds 24; each must be a text"),
    ],
)
def test_a_bad_row_of_a_table(tmp_path: Path, row: str, reason: str) -> None:
    text = f"id,question,answerable,answers\nw,How long?,true,24 months\n{row}\ny,How far?,0,\n"
    questions, problems = read_questions([table(tmp_path, text)])
    assert [question.id for question in questions] == ["w", "y"]
    assert (problems[0].line, problems[0].reason[: len(reason)]) == (3, reason)


def test_an_empty_cell_too_many_is_no_harm(tmp_path: Path) -> None:
    assert one(table(tmp_path, "id,question,answerable,answers\nw,How long?,true,24,,\n")).answers == ("24",)


def test_a_quotation_mark_never_closed(tmp_path: Path) -> None:
    text = 'id,question,answerable,answers\nw,How long?,true,24\nx,"How far?,true,3\ny,How?,false,\n'
    assert [(line, reason[:22]) for _, line, reason in reasons(table(tmp_path, text))] == [
        (3, "the row is not CSV: un")
    ]


def test_a_table_whose_columns_are_not_named(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no column answerable"):
        read_questions([table(tmp_path, "id,question\n1,How?\n")])
    with pytest.raises(ReadError, match="more than one column answers"):
        read_questions([table(tmp_path, "id,question,answerable,answers,answers\n1,How?,true,a,b\n")])


# ------------------------------------------------------------------------------------- written and read again

TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
WORDS = TEXTS.filter(str.strip)
NAMES = WORDS.map(str.strip)
LISTS = st.lists(WORDS, max_size=3).map(tuple)
TURNS = st.builds(lambda role, said: {"role": role, "content": said}, st.sampled_from(["user", "assistant"]), WORDS)
SOURCES = st.lists(st.builds(Source, WORDS, TEXTS, WORDS), max_size=3, unique_by=lambda source: source.id).map(tuple)
QUESTION = st.builds(
    Question,
    id=NAMES,
    question=WORDS,
    answerable=st.just(True),
    answers=st.lists(WORDS, min_size=1, max_size=3).map(tuple),
    history=st.lists(TURNS, max_size=2).map(tuple),
    user=st.none() | NAMES,
    groups=st.frozensets(WORDS, max_size=2),
    passages=st.none() | SOURCES,
    without=LISTS,
    absent=LISTS,
    claims=st.lists(st.lists(WORDS, min_size=1, max_size=2).map(tuple), max_size=2).map(tuple),
    gold_ids=LISTS,
    yes_no=st.booleans(),
    slice=st.none() | NAMES,
)
MANY = st.lists(QUESTION, min_size=1, max_size=4, unique_by=lambda question: question.id)
OTHERS: list[Kind] = ["hard", "off_topic", "twin"]


@given(questions=MANY, kind=st.sampled_from(OTHERS), ending=st.sampled_from(["jsonl", "csv", "tsv", "CSV"]))
@settings(max_examples=150, deadline=None)
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, questions: list[Question], kind: Kind, ending: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"round.{ending}"
    of = questions[0].id if kind == "twin" else None
    twin = replace(questions[0], id=f"{questions[0].id}'", answerable=False, answers=(), kind=kind, twin_of=of)
    written = [*questions, *([] if any(question.id == twin.id for question in questions) else [twin])]
    write_questions(path, written)
    assert read_questions([path]) == (written, [])


@given(text=st.text(max_size=60), ending=st.sampled_from(["jsonl", "csv"]))
@settings(max_examples=100, deadline=None)
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str, ending: str) -> None:
    path = tmp_path_factory.getbasetemp() / f"any.{ending}"
    head = "id,question,answerable,answers\n" if ending == "csv" else ""
    path.write_bytes((head + text).encode("utf-8", "ignore"))
    try:
        questions, problems = read_questions([path])
    except ReadError as refused:
        assert refused.remedy
    else:
        assert questions or problems


def test_a_written_table_opens_in_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    write_questions(path, [one(lines(tmp_path, WARRANTY))])
    text = path.read_bytes().decode("utf-8")
    assert text.startswith("\ufeff" + ",".join(COLUMNS) + "\r\n")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"q\.csv"):
        write_questions(tmp_path / "absent" / "q.csv", [])


# ------------------------------------------------------------------------------------- files that there are


def test_the_sample_company_is_read_whole(tmp_path: Path) -> None:
    questions, problems = read_questions([QUESTIONS])
    assert not problems
    assert len(questions) == 150
    write_questions(tmp_path / "sample.csv", questions)
    assert read_questions([tmp_path / "sample.csv"]) == (questions, [])


@pytest.mark.parametrize("name", ["squad2", "contractnli", "cuad_clauses", "mtrag"])
@pytest.mark.skipif(not EXAMS.is_dir(), reason=f"no exams in {EXAMS}: GROUNDSMITH_DATA names the folder beside them")
def test_the_fixed_exams_are_read_whole(tmp_path: Path, name: str) -> None:
    path = EXAMS / f"{name}.jsonl"
    questions, problems = read_questions([path])
    assert not problems
    assert len(questions) == len(path.read_text(encoding="utf-8").splitlines())
    write_questions(tmp_path / "exam.csv", questions)
    assert read_questions([tmp_path / "exam.csv"]) == (questions, [])


def test_every_kind_is_known() -> None:
    assert get_args(Kind) == KINDS
