"""Records of LangChain documents: kept in files that every sync reads, found again in the catalogue that it fills."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
from langchain_core.documents import Document

from retrieval.access import may_read, rules_in
from retrieval.encoding import Vectors
from retrieval.errors import ReadError
from retrieval.langchain.grants import COMMON, RESTRICTED, folder_of, grant
from retrieval.langchain.records import AS_GIVEN, ROOM, Record, given, is_record
from retrieval.langchain.writing import in_turn
from retrieval.library import Library
from retrieval.nouns import Passage, Principal
from retrieval.rows import read
from retrieval.whole import write_whole

Lines = dict[str, str]  # id → the record as it is written


class Shelf:
    """Records are spread over 256 files by their ids, so that one that changes costs the few beside it a new look."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def put(self, records: Sequence[Record]) -> None:
        """Add these, in the place of those with the same ids, and bring catalogue and index in step."""
        if records:
            in_turn(lambda: self._put(records))
            self._sync()

    def remove(self, ids: Collection[str] | None) -> None:
        """All of them, where no ids are given."""
        in_turn(lambda: self._remove(ids))
        self._sync()

    def fetch(self, ids: Iterable[str], principal: Principal) -> dict[str, Document]:
        """Id in the Home → document, of those that the principal may read."""
        sql = (
            "SELECT id, metadata, audience FROM documents"
            " WHERE state = 'live' AND id IN (SELECT value FROM json_each(?))"
        )
        rows = self.library.database.rows(sql, json.dumps([id for id in ids if is_record(id)]))
        mine = [row for row in rows if may_read(principal, read(row["audience"]))]
        kept = {row["id"]: json.loads(row["metadata"]).get(AS_GIVEN) for row in mine}
        return {id: given(id, as_given) for id, as_given in kept.items() if as_given is not None}

    def vectors(self, passages: Sequence[Passage]) -> Vectors:
        """As they were kept when the passages were encoded; zeros for a passage that left meanwhile."""
        sql = (
            "SELECT p.id, v.vector FROM passages p JOIN vectors v ON v.passage = p.key"
            " WHERE v.encoder = ? AND p.id IN (SELECT value FROM json_each(?))"
        )
        encoder = self.library.encoder
        rows = self.library.database.rows(sql, encoder.identity, json.dumps([passage.id for passage in passages]))
        kept = {row["id"]: np.frombuffer(row["vector"], dtype=np.float32) for row in rows}
        nothing = np.zeros(encoder.dimension, dtype=np.float32)
        return np.stack([kept.get(passage.id, nothing) for passage in passages])

    def _put(self, records: Sequence[Record]) -> None:
        """Into their files first, then out of those where they were: an interruption loses none."""
        with self.library.home.writing():
            self.library.access = grant(self.library.home, {record.groups for record in records})
            files = {record.id: f"{folder_of(record.groups)}/{_file(record.id)}" for record in records}
            lines = {record.id: record.line for record in records}
            for file in sorted(set(files.values())):
                self._write(file, self._load(file) | {id: lines[id] for id in lines if files[id] == file})
            self._clear(lines, files)

    def _remove(self, ids: Collection[str] | None) -> None:
        with self.library.home.writing():
            self._clear(ids, {})

    def _clear(self, ids: Collection[str] | None, staying: Mapping[str, str]) -> None:
        """Take them out of every file but the one where each stays."""
        names = None if ids is None else {_file(id) for id in ids}
        for file in self._files():
            if names is None or file.rsplit("/", 1)[-1] in names:
                lines = self._load(file)
                kept = {id: lines[id] for id in lines if not _leaves(id, ids) or staying.get(id) == file}
                if kept != lines:
                    self._write(file, kept)

    def _files(self) -> list[str]:
        documents = self.library.home.documents
        found = [*documents.glob(f"{COMMON}/*.jsonl"), *documents.glob(f"{RESTRICTED}/*/*.jsonl")]
        return sorted(path.relative_to(documents).as_posix() for path in found)

    def _load(self, file: str) -> Lines:
        path = self.library.home.documents / file
        written = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
        try:
            return {json.loads(line)["id"]: line for line in written if line.strip()}
        except (ValueError, TypeError, KeyError) as error:
            raise ReadError(
                f"{path} is no longer what was written there: {error!r}.", "Mend the line, or take it out."
            ) from error

    def _write(self, file: str, lines: Lines) -> None:
        path = self.library.home.documents / file
        if lines:
            write_whole(path, "".join(f"{line}\n" for line in lines.values()).encode())
        else:
            path.unlink()
            self.library.catalogue.forget_file(file)

    def _sync(self) -> None:
        self.library.access = rules_in(self.library.home.spec)  # somebody else may have granted something since
        report = in_turn(self.library.sync)
        problems = [problem for name, problem in report.problems if name.startswith(f"{ROOM}/")]
        if problems:
            raise ReadError(" ".join(problems))


def _file(id: str) -> str:
    return f"{hashlib.sha256(id.encode()).hexdigest()[:2]}.jsonl"


def _leaves(id: str, ids: Collection[str] | None) -> bool:
    return ids is None or id in ids
