"""The groups of a document become a folder with a rule in the Spec, where whoever owns the Home sees and edits it."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping

from retrieval.access import PUBLIC, Access, Audience, rules_in
from retrieval.errors import SpecError
from retrieval.home import Home
from retrieval.langchain.records import ROOM
from retrieval.langchain.writing import place
from retrieval.spec import toml_value

COMMON = f"{ROOM}/common"
RESTRICTED = f"{ROOM}/restricted"
NOBODY = frozenset({"nobody"})  # may read what lies below RESTRICTED without a rule of its own
_ABOUT = "# Documents added through LangChain, a folder for each choice of groups; one without a rule is for nobody.\n"
_ACCESS = re.compile(rb"^[ \t]*\[[ \t]*access[ \t]*\][^\n]*\n?", re.MULTILINE)


def folder_of(groups: Audience) -> str:
    """Where documents for these groups lie; without groups, the rules of the Home alone decide."""
    if groups == PUBLIC:
        return COMMON
    return f"{RESTRICTED}/{hashlib.sha256(json.dumps(sorted(groups)).encode()).hexdigest()[:12]}"


def grant(home: Home, audiences: Iterable[Audience]) -> Access:
    """The Spec's rules, with one for each of these audiences. The caller holds the Home for writing."""
    access = rules_in(home.spec)
    wanted = {folder_of(groups): groups for groups in audiences if groups != PUBLIC}
    if wanted:
        wanted = {RESTRICTED: NOBODY, **wanted}
    missing = {folder: groups for folder, groups in wanted.items() if folder not in access.folders}
    if missing:
        _write(home, missing)
        access = rules_in(home.spec)
    for folder, groups in wanted.items():
        if folder != RESTRICTED and access.audience(folder) != groups:
            raise SpecError(
                f"{home.spec}: {folder} is for {sorted(access.audience(folder))}, not for {sorted(groups)}.",
                "Set the rule back, or give the documents the groups that it names.",
            )
    return access


def _write(home: Home, rules: Mapping[str, Audience]) -> None:
    before = home.spec.read_bytes()
    lines = "".join(f"{toml_value(folder)} = {toml_value(sorted(groups))}\n" for folder, groups in rules.items())
    after = _with(before, f"{_ABOUT}{lines}".encode() if RESTRICTED in rules else lines.encode())
    if not _adds(before, after, rules):
        raise SpecError(f"{home.spec} cannot be added to by a program.", f"Write below [access]:\n{lines}")
    place(home.spec, after)


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
