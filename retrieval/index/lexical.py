"""The door to tantivy: words that passages share with the question, stemmed, weighed by how rare they are (BM25)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import tantivy

ANALYZER = "english"
FIELDS = {"text": 1.0, "place": 0.6}  # what is quoted counts more than the title and headings above it
HEAP_BYTES = 64 * 2**20
EQUAL = 6  # decimals: sums of the same words are equal, in whatever order they were added
# Words that shape a question and say nothing of its subject, beyond the stop words that the index leaves out.
SHAPING = """
    about am any been being can could did do does doing done from had has have having he her him his how i its just
    me might must my our she should so some than too very we were what when where which who whom whose why would you
    your
"""


def _analyzer() -> Any:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    builder = builder.filter(tantivy.Filter.remove_long(60)).filter(tantivy.Filter.lowercase())
    builder = builder.filter(tantivy.Filter.ascii_fold()).filter(tantivy.Filter.stopword("english"))
    return builder.filter(tantivy.Filter.stemmer("english")).build()


@cache
def _shared_analyzer() -> Any:
    return _analyzer()


def terms(text: str) -> list[str]:
    """The words by which the lexical index knows a text: lower case, stemmed, stop words left out."""
    return list(dict.fromkeys(_shared_analyzer().analyze(text)))


@cache
def _shaping() -> frozenset[str]:
    return frozenset(terms(SHAPING))


def subject(question: str) -> list[str]:
    """The terms that say what a question is about; all of them, where none does."""
    found = terms(question)
    return [term for term in found if term not in _shaping()] or found


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("key", stored=True, indexed=True, fast=True)
    for field in FIELDS:
        builder.add_text_field(field, stored=False, tokenizer_name=ANALYZER, index_option="position")
    return builder.build()


def _unwatched(index: Any) -> Any:
    """A sealed index never changes. Left to itself, tantivy looks again twice a second, in a thread of its own."""
    index.config_reader(reload_policy="manual")
    index.register_tokenizer(ANALYZER, _analyzer())
    return index


def write_lexical(folder: Path, passages: Iterable[tuple[int, str, str]]) -> None:
    """A new index of (key, place, text)."""
    folder.mkdir()
    try:
        _fill(tantivy.Index(_schema(), path=str(folder)), passages)
    except ValueError as error:  # what tantivy raises for a full disk
        raise OSError(str(error)) from error


def _fill(index: Any, passages: Iterable[tuple[int, str, str]]) -> Any:
    writer = _unwatched(index).writer(heap_size=HEAP_BYTES, num_threads=1)
    for key, place, text in passages:
        writer.add_document(tantivy.Document(key=key, place=place, text=text))
    writer.commit()
    writer.wait_merging_threads()
    return index


class Lexical:
    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def open(cls, folder: Path) -> Lexical:
        return cls(_unwatched(tantivy.Index.open(str(folder))))

    @classmethod
    def of(cls, passages: Iterable[tuple[int, str, str]]) -> Lexical:
        """An index in memory, for passages that are gone after one question."""
        index = _fill(tantivy.Index(_schema()), passages)
        index.reload()
        return cls(index)

    def search(self, question: str, k: int) -> dict[int, float]:
        """Key → BM25, the best first. The question's words are terms, never query syntax."""
        return self._best(self._query(question), k)

    def held(self, words: Iterable[str]) -> dict[str, int]:
        """In how many passages each word stands, be it above them."""
        searcher = self._index.searcher()
        return {word: max(searcher.doc_freq(field, word) for field in FIELDS) for word in words}

    def shares(self, rarity: Mapping[str, float], keys: Collection[int]) -> dict[int, float]:
        """Key → how much of a question each of these passages has, for those that have any of it."""
        clauses = [(tantivy.Occur.Should, self._has(word, weight)) for word, weight in rarity.items()]
        if not clauses or not keys:
            return {}
        among = tantivy.Query.term_set_query(self._index.schema, "key", list(keys))
        clauses.append((tantivy.Occur.Must, tantivy.Query.const_score_query(among, 0.0)))
        found = self._best(tantivy.Query.boolean_query(clauses), len(keys))
        return {key: round(share, EQUAL) for key, share in found.items() if share > 0}

    def _best(self, query: Any, k: int) -> dict[int, float]:
        searcher = self._index.searcher()
        found = searcher.search(query, k, count=False).hits
        return {int(searcher.doc(address)["key"][0]): float(score) for score, address in found}

    def _query(self, question: str) -> Any:
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.boost_query(self._term(field, term), weight))
            for term in terms(question)
            for field, weight in FIELDS.items()
        ]
        return tantivy.Query.boolean_query(clauses) if clauses else tantivy.Query.empty_query()

    def _has(self, word: str, weight: float) -> Any:
        """The word's weight where the text has it, less where it only stands above; how often does not count."""
        return tantivy.Query.disjunction_max_query(
            [tantivy.Query.const_score_query(self._term(field, word), weight * part) for field, part in FIELDS.items()]
        )

    def _term(self, field: str, term: str) -> Any:
        return tantivy.Query.term_query(self._index.schema, field, term)
