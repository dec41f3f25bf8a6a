"""The door to tantivy: words that passages share with the question, stemmed, weighed by how rare they are (BM25)."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import tantivy

Segment = dict[str, Any]  # as tantivy describes it: passages that were indexed together, in files of their own

ANALYZER = "english"
FIELDS = {"text": 1.0, "place": 0.6}  # what is quoted counts more than the title and headings above it
HEAP_BYTES = 64 * 2**20
NAMED = 1000  # keys that a query names one by one; among more, what is found is filtered
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


def make_lexical(folder: Path) -> None:
    """An empty index, for segments to be laid into."""
    folder.mkdir()
    with _refusing():
        tantivy.Index(_schema(), path=str(folder))


def write_segments(folder: Path, passages: Iterable[tuple[int, str, str]]) -> list[Segment]:
    """Passages, each (key, place, text), as segments of the index in this folder; it knows them once they are laid."""
    aside = folder / "aside"
    aside.mkdir()
    with _refusing():
        _fill(tantivy.Index(_schema(), path=str(aside)), passages)
    segments: list[Segment] = _meta(aside)["segments"]
    for segment in segments:
        for path in aside.glob(f"{stem_of(segment)}.*"):
            path.rename(folder / path.name)
    _sweep(aside)
    return segments


def _sweep(folder: Path) -> None:
    """Remove it. The writer has ended, but a thread of its own may still note there which files it dropped."""
    for pause in (0.0, 0.01, 0.1, 1.0):
        time.sleep(pause)
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
    raise OSError(f"{folder} is still being written to")


def lay(folder: Path, segments: Sequence[Segment]) -> None:
    """Make these all that the index holds. Words are counted over all segments, so the cut changes no score."""
    meta = {**_meta(folder), "segments": list(segments)}
    (folder / "meta.json").write_text(json.dumps(meta), encoding="utf-8")


def stem_of(segment: Segment) -> str:
    """What the names of its files begin with."""
    return str(segment["segment_id"]).replace("-", "")


def _meta(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    return found


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
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

    def search(self, question: str, k: int, among: Collection[int] | None = None) -> dict[int, float]:
        """Key → BM25, the best first; of all, or of those `among` these keys.

        The question's words are terms, never query syntax. What a word weighs is the same, whoever is asked for.
        """
        query = self._query(question)
        if among is None:
            return self._best(query, k)
        if len(among) <= NAMED:
            return self._best(self._within(query, among), k)
        return self._filtered(query, k, frozenset(among))

    def held(self, words: Iterable[str]) -> dict[str, int]:
        """In how many passages each word stands, be it above them."""
        searcher = self._index.searcher()
        return {word: max(searcher.doc_freq(field, word) for field in FIELDS) for word in words}

    def shares(self, rarity: Mapping[str, float], keys: Collection[int]) -> dict[int, float]:
        """Key → how much of a question each of these passages has, for those that have any of it."""
        clauses = [(tantivy.Occur.Should, self._has(word, weight)) for word, weight in rarity.items()]
        if not clauses or not keys:
            return {}
        clauses.append((tantivy.Occur.Must, self._are(keys)))
        found = self._best(tantivy.Query.boolean_query(clauses), len(keys))
        return {key: round(share, EQUAL) for key, share in found.items() if share > 0}

    def _within(self, query: Any, keys: Collection[int]) -> Any:
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, self._are(keys))])

    def _are(self, keys: Collection[int]) -> Any:
        """Those with these keys; it adds nothing to a score. Each is a term: a set of them takes twice as long."""
        schema = self._index.schema
        named = [(tantivy.Occur.Should, tantivy.Query.term_query(schema, "key", key)) for key in keys]
        return tantivy.Query.const_score_query(tantivy.Query.boolean_query(named), 0.0)

    def _filtered(self, query: Any, k: int, keys: frozenset[int]) -> dict[int, float]:
        """Asks for more and more, until k of what was found may be, or nothing more is found."""
        size = self._index.searcher().num_docs
        many = min(size, 2 * k * max(1, size // len(keys)))
        while True:
            found = self._best(query, many)
            mine = {key: score for key, score in found.items() if key in keys}
            if len(mine) >= k or len(found) < many or many >= size:
                return dict(islice(mine.items(), k))
            many = min(size, 4 * many)

    def _best(self, query: Any, k: int) -> dict[int, float]:
        searcher = self._index.searcher()
        found = searcher.search(query, k, count=False).hits
        keys = searcher.fast_field_values("key", [address for _, address in found])
        return dict(zip(keys, (float(score) for score, _ in found), strict=True))

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
