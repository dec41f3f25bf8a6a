"""The groups of a document become a folder with a rule in the Spec, where whoever owns the Home sees and edits it."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping

from retrieval.access import Access, Audience, rules_in
from retrieval.errors import SpecError
from retrieval.home import Home
from retrieval.spec import toml_value
from retrieval.whole import write_whole

NOBODY = frozenset({"nobody"})  # may read what lies below a restricted folder without a rule of its own
_ACCESS = re.compile(rb"^[ \t]*\[[ \t]*access[ \t]*\][^\n]*\n?", re.MULTILINE)


def named(groups: Audience) -> str:
    """A folder's name for these groups."""
    return hashlib.sha256(json.dumps(sorted(groups)).encode()).hexdigest()[:12]


def granted(home: Home, wanted: Mapping[str, Audience], restricted: str, about: str) -> Access:
    """The Spec's rules, with one for each of these folders; `restricted`, which they lie in, is for nobody.

    `about` is the comment above the first of them. A rule that is there stays as it is. The caller holds the Home.
    """
    access = rules_in(home.spec)
    rules = {restricted: NOBODY, **wanted} if wanted else {}
    missing = {folder: groups for folder, groups in rules.items() if folder not in access.folders}
    if not missing:
        return access
    _write(home, missing, about if restricted in missing else "")
    return rules_in(home.spec)


def _write(home: Home, rules: Mapping[str, Audience], about: str) -> None:
    before = home.spec.read_bytes()
    lines = "".join(f"{toml_value(folder)} = {toml_value(sorted(groups))}\n" for folder, groups in rules.items())
    after = _with(before, f"{about}{lines}".encode())
    if not _adds(before, after, rules):
        raise SpecError(f"{home.spec} cannot be added to by a program.", f"Write below [access]:\n{lines}")
    write_whole(home.spec, after)


def _with(spec: bytes, lines: bytes) -> bytes:
    header = _ACCESS.search(spec)
    if header is None:
        return spec.rstrip(b"\n") + b"\n\n[access]\n" + lines
    gap = b"" if header[0].endswith(b"\n") else b"\n"
    return spec[: header.end()] + gap + lines + spec[header.end() :]


def _adds(before: bytes, after: bytes, rules: Mapping[str, Audience]) -> bool:
    """Whether the rules are in force now, and nothing else changed."""
    try:
        old, new = (tomllib.loads(text.decode("utf-8-sig")) for text in (before, after))
    except tomllib.TOMLDecodeError:
        return False
    added = {folder: sorted(groups) for folder, groups in rules.items()}
    return new == {**old, "access": {**old.get("access", {}), **added}}
