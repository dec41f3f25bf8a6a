"""Who may read what. A file's audience is everyone, or the groups of the deepest folder rule above it."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.errors import SpecError
from retrieval.nouns import Principal
from retrieval.spec import line_of, read_toml

Audience = frozenset[str]
PUBLIC: Audience = frozenset()


@dataclass(frozen=True)
class Access:
    """Folder rules of the Spec: folder → the groups of which one is needed. The folder "" holds everything."""

    folders: Mapping[str, Audience]

    def audience(self, file: str) -> Audience:
        matching = [folder for folder in self.folders if inside(file, folder)]
        return self.folders[max(matching, key=len)] if matching else PUBLIC

    def idle(self, files: Iterable[str]) -> list[str]:
        """Folders of rules under which none of these files lies: most likely a slip of the pen."""
        names = list(files)
        return [folder for folder in self.folders if not any(inside(name, folder) for name in names)]

    @property
    def digest(self) -> str:
        rules = sorted((folder, sorted(groups)) for folder, groups in self.folders.items())
        return hashlib.sha256(json.dumps(rules).encode()).hexdigest()[:16]


def inside(file: str, folder: str) -> bool:
    """Whether the file lies below this folder, or is what it names."""
    file = unicodedata.normalize("NFC", file)  # macOS writes ü as two characters, people write it as one
    return not folder or file == folder or file.startswith(folder + "/")


def may_read(principal: Principal, audience: Audience) -> bool:
    return not audience or bool(audience & principal.groups)


def rules_in(spec: Path) -> Access:
    """The rules as they stand in the Spec now."""
    return read_access(read_toml(spec).get("access", {}), spec)


def read_access(table: Mapping[str, Any], path: Path) -> Access:
    """The Spec's [access] section; a rule that grants nobody, or can't be meant, is refused rather than guessed at."""
    folders: dict[str, Audience] = {}
    for written, groups in table.items():
        where = f"{path}, {line_of(path, written, 'access')}: [access] {written!r}"
        if not isinstance(groups, list) or not groups or not all(isinstance(g, str) and g.strip() for g in groups):
            raise SpecError(f"{where} = {groups!r} names no groups.", 'Write a list of group names, such as ["HR"].')
        folder = plain(written)
        if ".." in folder.split("/"):
            raise SpecError(f"{where} leads out of the documents.", "Write the folder as it is called below them.")
        if folder in folders:
            raise SpecError(f"{where} is the second rule for this folder.", "Keep one of them.")
        folders[folder] = frozenset(groups)
    return Access(folders)


def plain(written: str) -> str:
    """A folder's or file's name as names are compared, however it was written."""
    parts = unicodedata.normalize("NFC", written).replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in ("", "."))
