"""For whom an Owner's answer is: never for more people than its evidence. Its groups become a folder with a rule."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping

from retrieval import Access, Home, SpecError, toml_value
from retrieval.access import PUBLIC, Audience, rules_in
from retrieval.life.lines import write_whole

ROOM = "owners-answers"  # the folder below documents/ where they lie, and how their ids begin
COMMON = f"{ROOM}/everyone"
RESTRICTED = f"{ROOM}/groups"
NOBODY = frozenset({"nobody"})  # may read what lies below RESTRICTED without a rule of its own
_ABOUT = "# Owner's answers, a folder for each choice of groups; one without a rule is for nobody.\n"
_ACCESS = re.compile(r"^[ \t]*\[[ \t]*access[ \t]*\][^\n]*\n?", re.MULTILINE)


def common(audiences: Iterable[Audience]) -> Audience | None:
    """The groups that may read all of these; None where no group may."""
    found: Audience = PUBLIC
    for audience in audiences:
        both = found & audience if found and audience else found | audience
        if not both and (found or audience):
            return None
        found = both
    return found


def within(groups: Audience, bound: Audience) -> bool:
    """Whether nobody of these groups is outside of the bound."""
    return not bound or (bool(groups) and groups <= bound)


def folder_of(groups: Audience) -> str:
    if groups == PUBLIC:
        return COMMON
    return f"{RESTRICTED}/{hashlib.sha256(json.dumps(sorted(groups)).encode()).hexdigest()[:12]}"


def grant(home: Home, groups: Audience) -> Access:
    """The Spec's rules, with one for these groups. The caller holds the Home for writing."""
    access, folder = rules_in(home.spec), folder_of(groups)
    wanted = {} if groups == PUBLIC else {RESTRICTED: NOBODY, folder: groups}
    missing = {each: named for each, named in wanted.items() if each not in access.folders}
    if missing:
        _write(home, missing)
        access = rules_in(home.spec)
    if not within(access.audience(folder), groups):
        raise SpecError(
            f"{home.spec}: {folder} is for {', '.join(sorted(access.audience(folder)))}, not for"
            f" {', '.join(sorted(groups))}.",
            "Set the rule back.",
        )
    return access


def _write(home: Home, rules: Mapping[str, Audience]) -> None:
    before = home.spec.read_bytes().decode("utf-8")
    lines = "".join(f"{toml_value(folder)} = {toml_value(sorted(groups))}\n" for folder, groups in rules.items())
    after = _with(before, _ABOUT + lines if RESTRICTED in rules else lines)
    if not _adds(before, after, rules):
        raise SpecError(f"{home.spec} cannot be added to by a program.", f"Write below [access]:\n{lines}")
    write_whole(home.spec, after)


def _with(spec: str, lines: str) -> str:
    header = _ACCESS.search(spec)
    if header is None:
        return spec.rstrip("\n") + "\n\n[access]\n" + lines
    gap = "" if header[0].endswith("\n") else "\n"
    return spec[: header.end()] + gap + lines + spec[header.end() :]


def _adds(before: str, after: str, rules: Mapping[str, Audience]) -> bool:
    """Whether the rules are in force now, and nothing else changed."""
    try:
        old, new = (tomllib.loads(text.removeprefix("\ufeff").replace("\r\n", "\n")) for text in (before, after))
    except tomllib.TOMLDecodeError:
        return False
    added = {folder: sorted(groups) for folder, groups in rules.items()}
    return new == {**old, "access": {**old.get("access", {}), **added}}
