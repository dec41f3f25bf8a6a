"""Data and settings: JSON, XML, YAML, TOML, INI; and source code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import ReadError
from retrieval.nouns import Document
from retrieval.readers import markup, objects, program
from retrieval.readers import settings as settings_reader
from retrieval.readers.source import Source
from tests.retrieval.test_readers import check


def source(content: str, name: str) -> Source:
    return Source(name, Path(name), content.encode("utf-8", "surrogatepass"))


def blocks_of(document: Document) -> list[tuple[str, str]]:
    check(document)
    return [(f"{b.kind}{b.level or ''}", document.text[b.start : b.end]) for b in document.blocks]


# ------------------------------------------------------------------------------------------- JSON


def objects_in(value: Any) -> tuple[list[Document], list[str]]:
    documents, problems = objects.read(source(json.dumps(value), "a.json"))
    for document in documents:
        check(document)
    return documents, [str(problem) for problem in problems]


@pytest.mark.parametrize("wrap", [lambda r: r, lambda r: {"records": r}, lambda r: {"total": 3, "data": r}])
def test_records_are_read_as_json_lines_are(wrap: Any) -> None:
    good = {"id": 7, "title": "T", "text": "One.", "date": "1 March 2026", "team": "a"}
    documents, problems = objects_in(wrap([good, {"title": "no text"}, {"text": "Two."}]))
    assert [(d.id, d.text, d.date) for d in documents] == [("7", "One.", "2026-03-01"), ("a.json#3", "Two.", None)]
    assert dict(documents[0].metadata) == {"team": "a"}
    assert problems == [
        'a.json, record 2 has no "text". Make every record an object such as {"id": "…", "title": "…", "text": "…"}.'
    ]


def test_one_record_is_a_document() -> None:
    (document,), _ = objects_in({"title": "T", "text": "One."})
    assert (document.id, document.title, document.text) == ("a.json", "T", "One.")


def test_other_values_are_outlined() -> None:
    value = {
        "server": {"tls": {"on": True}, "port": 80, "hosts": ["a", "b"]},
        "title": "Shop",
        "prices": [{"part": "Boiler", "eur": 120.5, "tags": ["x", "y"], "none": None}, {"part": "Pump"}],
        "deep": {"a": {"b": {"c": [1, [2, {"d": "x"}]]}}},
        "empty": {},
    }
    (document,), _ = objects_in(value)
    assert document.title == "Shop"
    assert blocks_of(document) == [
        ("item", "title: Shop"),
        ("heading1", "server"),
        ("item", "port: 80"),
        ("item", "hosts: a, b"),
        ("heading2", "tls"),
        ("item", "on: true"),
        ("heading1", "prices"),
        ("row", "part: Boiler; eur: 120.5; tags: x, y"),
        ("row", "part: Pump"),
        ("heading1", "deep"),
        ("heading2", "a"),
        ("item", "b.c.1: 1"),
        ("item", "b.c.2.1: 2"),
        ("row", "d: x"),
    ]


@pytest.mark.parametrize(("content", "told"), [
    ("{", "a.json is not JSON: Expecting property name"),
    ("[" * 100_000, "a.json is not JSON"),
    ("[" * 120 + "[1, [2]]" + "]" * 120, "nests values more than 100 deep, the limit"),
    ("[]", "holds no text"),
])  # fmt: skip
def test_what_is_wrong_with_json_is_told(content: str, told: str) -> None:
    with pytest.raises(ReadError, match=told):
        objects.read(source(content, "a.json"))


WORDS = st.sampled_from(["alpha", "beta 2", "γ", "7.5"])
VALUES = st.recursive(
    WORDS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4), max_leaves=12
)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(WORDS, VALUES, min_size=1, max_size=4))
def test_no_value_of_an_object_is_lost(value: dict[str, Any]) -> None:
    def leaves(each: Any) -> int:
        inner = each.values() if isinstance(each, dict) else each if isinstance(each, list) else None
        return 1 if inner is None else sum(map(leaves, inner))

    try:
        (document,), _ = objects_in(value)
    except ReadError:
        assert leaves(value) == 0
        return
    said = [text for kind, text in blocks_of(document) if not kind.startswith("heading")]
    count = sum(text.count(word) for text in said for word in ("alpha", "beta 2", "γ", "7.5"))
    assert count >= leaves(value)


# -------------------------------------------------------------------------------------------- XML


def test_xml_is_outlined_and_text_stays_text() -> None:
    content = """<guide version="2"><title>Shop</title>
        <server port="80"><host>a</host><host main="yes">b</host></server>
        <prices><entry id="1"><part>Boiler</part><eur>120</eur></entry><entry><part>Pump</part></entry></prices>
        <para>Some <b>bold</b> text.</para>
        <chapter><title>Care</title><section><title>Daily</title><p>Wipe <i>it</i>.</p></section></chapter></guide>"""
    document = markup.read(source(content, "a.xml"))
    assert (document.title, document.version) == ("Shop", "2")
    assert blocks_of(document) == [
        ("row", "version: 2"),
        ("item", "title: Shop"),
        ("paragraph", "Some bold text."),
        ("heading1", "server"),
        ("row", "port: 80"),
        ("item", "host: a"),
        ("row", "host.main: yes; host: b"),
        ("heading1", "prices"),
        ("row", "id: 1; part: Boiler; eur: 120"),
        ("row", "part: Pump"),
        ("heading1", "Care"),
        ("item", "title: Care"),
        ("heading2", "Daily"),
        ("item", "title: Daily"),
        ("paragraph", "Wipe it."),
    ]


# --------------------------------------------------------------------------------------- settings


def test_yaml_keeps_its_text_under_its_keys() -> None:
    content = (
        "# Who we are\nname: Shop\n\n# What runs\nservices:\n  web:\n    image: a  # the site\n\n'x y':\n- 1\nz: 2\n"
    )
    assert blocks_of(settings_reader.read(source(content, "a.yaml"))) == [
        ("code", "# Who we are\nname: Shop"),
        ("heading1", "services"),
        ("code", "# What runs\nservices:\n  web:\n    image: a  # the site"),
        ("heading1", "x y"),
        ("code", "'x y':\n- 1\nz: 2"),
    ]


@pytest.mark.parametrize("name", ["a.toml", "a.ini", "a.cfg"])
def test_tables_of_toml_and_ini_are_sections(name: str) -> None:
    content = "title = 1\n; about it\n[server]\nport = 80\n\n[[list]]  # many\na = [1,\n2]\n"
    document = settings_reader.read(source(content, name))
    assert document.title == name
    assert blocks_of(document) == [
        ("code", "title = 1"),
        ("heading1", "server"),
        ("code", "; about it\n[server]\nport = 80"),
        ("heading1", "list"),
        ("code", "[[list]]  # many\na = [1,\n2]"),
    ]


# ------------------------------------------------------------------------------------ source code

PYTHON = '''"""A shop."""
import os

# how warm
@cache
def heat(n):
    return "\\d"


class Boiler(Thing):
    """Heats."""

    def on(self):
        def inner():
            return 1
        return inner

    async def off(self):
        return 2


if __name__ == "__main__":
    heat(1)
'''


def code(content: str, name: str) -> list[tuple[str, str]]:
    return blocks_of(program.read(source(content, name)))


def names(content: str, name: str) -> list[str]:
    return [text for kind, text in code(content, name) if kind.startswith("heading")]


def test_python_is_told_by_its_own_parser() -> None:
    found = code(PYTHON, "shop.py")
    assert [text for kind, text in found if kind.startswith("heading")] == [
        "heat (line 4)",
        "Boiler (line 10)",
        "Boiler.on (line 13)",
        "Boiler.off (line 18)",
        "shop.py (line 22)",
    ]
    assert found[2] == ("code", '# how warm\n@cache\ndef heat(n):\n    return "\\d"')
    assert found[6] == ("code", "    def on(self):\n        def inner():\n            return 1\n        return inner")
    assert found[-1] == ("code", 'if __name__ == "__main__":\n    heat(1)')


def test_python_of_another_age_is_told_by_its_looks() -> None:
    assert names("def heat(n):\n    print n\n\nclass Boiler:\n    def on(self):\n        exec 1\n", "a.py") == [
        "heat (line 1)",
        "Boiler (line 4)",
        "on (line 5)",
    ]


@pytest.mark.parametrize(("name", "content", "expected"), [
    ("a.js", "import a\n\n// adds\nexport async function add(a) {}\nconst mul = (a, b) => a * b;\nconst X = 1;\n",
     ["add (line 3)", "mul (line 5)"]),
    ("a.ts", "export default class Foo {\n  x = 1;\n  async get(id: string): Promise<void> {\n    if (x) {\n    }\n"
     "  }\n}\ninterface Bar {}\ntype Baz = string;\n",
     ["Foo (line 1)", "get (line 3)", "Bar (line 8)", "Baz (line 9)"]),
    ("a.java", "package a;\n@Entity\npublic class Foo {\n    int a;\n\n    /** Heats. */\n"
     "    public void heat(int n) {\n        return;\n    }\n}\n", ["Foo (line 2)", "heat (line 6)"]),
    ("a.go", "package a\n\ntype Boiler struct {\n}\n\nfunc (b *Boiler) Heat(n int) error {\n\tif n > 1 {\n\t}\n}\n",
     ["Boiler (line 3)", "Heat (line 6)"]),
    ("a.rs", "use a;\npub struct Foo;\nimpl Bar for Foo {\n    pub fn heat(&self) {}\n}\nfn main() {\n}\n",
     ["Foo (line 2)", "Foo (line 3)", "heat (line 4)", "main (line 6)"]),
    ("a.c", "#include <a.h>\nstatic int heat(struct b *b,\n        int n)\n{\n    return f(n);\n}\nint x = 1;\n",
     ["heat (line 2)"]),
    ("a.sh", "set -e\nheat() {\n  echo 1\n}\nfunction cool {\n}\n", ["heat (line 2)", "cool (line 5)"]),
    ("a.sql", "-- all\nCREATE TABLE IF NOT EXISTS prices (\n id int\n);\ncreate or replace view v as select 1;\n",
     ["prices (line 1)", "v (line 5)"]),
    ("a.rb", "class Foo\n  def heat(n)\n  end\nend\n", ["Foo (line 1)", "heat (line 2)"]),
])  # fmt: skip
def test_definitions_in_other_languages(name: str, content: str, expected: list[str]) -> None:
    assert names(content, name) == expected


LINES = st.sampled_from([
    "def f():", "    return 1", "class A:", "    def g(self):", "        pass", "# c", "@d", "", "x = 1",
    "function h() {", "}", "int k(int a) {", "  m() {", "'''", "if x:",
])  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=20), st.sampled_from(["a.py", "a.js", "a.c"]))
def test_no_line_of_a_program_is_lost_or_changed(lines: list[str], name: str) -> None:
    try:
        found = code("\n".join(lines), name)
    except ReadError:
        assert not any(lines)
        return
    written = [line for kind, text in found if kind == "code" for line in text.split("\n") if line]
    assert written == [line for line in lines if line]
