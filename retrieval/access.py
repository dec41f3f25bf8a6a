"""Who may read what. A file's audience is everyone, or the groups of the deepest folder rule above it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.errors import SpecError
from retrieval.nouns import Principal

Audience = frozenset[str]
PUBLIC: Audience = frozenset()


@dataclass(frozen=True)
class Access:
    """Folder rules of the Spec: folder → the groups of which one is needed."""

    folders: Mapping[str, Audience]

    def audience(self, file: str) -> Audience:
        matching = [folder for folder in self.folders if _inside(file, folder)]
        return self.folders[max(matching, key=len)] if matching else PUBLIC

    @property
    def digest(self) -> str:
        rules = sorted((folder, sorted(groups)) for folder, groups in self.folders.items())
        return hashlib.sha256(json.dumps(rules).encode()).hexdigest()[:16]


def _inside(file: str, folder: str) -> bool:
    return file == folder or file.startswith(folder + "/")


def may_read(principal: Principal, audience: Audience) -> bool:
    return not audience or bool(audience & principal.groups)


def read_access(table: Mapping[str, Any], path: Path) -> Access:
    """The Spec's [access] section; a rule that grants nobody is refused rather than guessed at."""
    folders: dict[str, Audience] = {}
    for folder, groups in table.items():
        if not isinstance(groups, list) or not groups or not all(isinstance(g, str) and g for g in groups):
            raise SpecError(
                f"{path}: [access] {folder!r} = {groups!r} names no groups.",
                'Write a list of group names, such as ["HR"].',
            )
        folders[folder.strip("/")] = frozenset(groups)
    return Access(folders)
