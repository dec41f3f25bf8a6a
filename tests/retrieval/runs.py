"""Long runs of what our own patterns repeat: where one of them tries every way to cut a run, a file takes for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from tests.retrieval.bombs import CANARY_PATH, text

LONG = 100_000  # times a sign or two
MANY = 20_000  # times a line, or what makes a block
MARKDOWN = {
    "stars": "*", "stars-apart": "* ", "star-words": "*a ", "underscores": "_", "underscore-words": "_a ",
    "ticks": "`", "tick-words": "`a ", "brackets": "[", "brackets-both": "[]", "bracket-links": "[a](",
    "links": "[a](b)", "images": "![", "parentheses": "(", "angles": "<", "tags": "<a ", "tag-ends": "<a>",
    "comments": "<!--", "comments-whole": "<!-- a -->", "backslashes": "\\", "escapes": "\\*", "entities": "&amp;",
    "tildes": "~~a", "pipes": "|", "dashes": "- ", "quotes": "> ", "notes": "[^a]", "references": "[a][",
    "mails": "a@", "hashes": "# ", "colons": ":", "digits": "1.", "spaces": " a",
}  # fmt: skip
LINES = {
    "quote-lines": "> > > > a\n", "item-lines": "- a\n", "item-tower": "- - - - - a\n", "fence-lines": "```\n",
    "rule-lines": "---\n", "table-lines": "|a|b\n|-|-\n", "heading-lines": "# a\n", "note-lines": "[^a]: b\n",
    "comment-lines": "<!--\n", "equal-lines": "a\n===\n", "reference-lines": "[a]: b\n", "indented-lines": "    a\n",
}  # fmt: skip
TEXT = {
    "equals": "=", "tabs": "\t", "feeds": "\f", "numbers": "1.1", "abbreviations": "e.g. ", "dots": ".",
    "ends": "a. ", "commas": ",", "semicolons": "; ", "months": "1 January ", "dates": "2026-01-",
    "versions": "version ", "wide": "\u3000", "marks": "\u0301", "joiners": "\u200d",
    "emoji": "\U0001f469\u200d\U0001f467", "kana": "\u3042\u3002", "arabic": "\u0628 ", "ideographs": "\u4e2d",
    "capitals": "A B ", "enumerated": "(a) ", "roman": "ix) ", "exclaimed": "?!", "quoted": '" ',
}  # fmt: skip
HTML = {
    "divs": "<div>", "opened": "<", "table": "<table><tr><td>", "items": "<ul><li>",
    "spans": '<td colspan="999" rowspan="999">a', "comments": "<!--", "entities": "&#x110000;", "attributes": "<p a=",
    "headings": "<h1>", "scripts": "<script>", "inline": "<b><i>", "selects": "<select><option>", "tails": "</p>",
    "forms": "<form><h1>",
}  # fmt: skip
RST = {
    "ticks": "`a", "stars": "*a", "bars": "|a", "grids": "+-", "colons": ":a:", "underscores": "a_ ",
    "brackets": "[a]_ ", "directives": ".. a::\n\n   ", "rules": "=== ",
    "includes": f".. include:: {CANARY_PATH}\n\n", "tables": f".. csv-table:: a\n   :file: {CANARY_PATH}\n\n",
    "raws": f".. raw:: html\n   :file: {CANARY_PATH}\n\n", "substitutions": ".. |a| replace:: |a| |a|\n\n",
    "roles": ":a:`b`", "grid-lines": "+--+--+\n|a |b |\n+--+--+\n",
}  # fmt: skip
RTF = {
    "groups": "{", "ends": "}", "words": "\\b", "letters": "\\'e4", "numbers": "\\u-99999 ", "binary": "\\bin999999 ",
    "objects": "{\\*\\a ", "rows": "\\trowd\\cellx1 a\\cell\\row ",
}  # fmt: skip
CODE = {
    "parentheses": "(",
    "strings": '"""',
    "indents": "if a:\n",
    "classes": "class A:\n def a(self):\n",
    "comments": "/*",
}


def runs() -> Iterator[tuple[str, str, Callable[[], bytes]]]:
    """Suffix, name and maker of each."""
    for suffix, patterns, before in (
        (".md", MARKDOWN, "# Run\n\n"),
        (".markdown", LINES, ""),
        (".text", TEXT, "Run\n\n"),
        (".htm", HTML, "<html><body>"),
        (".rst", RST, "Run\n===\n\n"),
        (".rtf", RTF, "{\\rtf1 "),
        (".js", CODE, "a\n"),
    ):
        for name, pattern in patterns.items():
            yield suffix, f"run-{name}", partial(text, pattern, LONG if len(pattern) < 4 else MANY, before=before)
