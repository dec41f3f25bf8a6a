"""What went wrong, as a trace may tell it: the error's class and its words, without places and keys of this machine.

Traces are stored, exported and shown. A key is known by the environment that holds it, by the word before it, or by
its form; a short one that stands alone and comes from nowhere known is not found.
"""

from __future__ import annotations

import os
import re

LONGEST = 300  # characters
LEFT_OUT = "…"
SHORTEST = 8  # characters of what an environment variable holds whose name alone says that it is a secret

_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSW|CREDENTIAL|AUTH", re.IGNORECASE)
_NAMED = re.compile(
    r"""(\b(?:[\w-]*(?:key|token|secret|passw(?:or)?d|credentials?|authorization)|pwd)\b["']?\s*[:=]\s*)"""
    r"""(?:(?:bearer|basic)\s+)?(?:"[^"]*"|'[^']*'|\S+)""",
    re.IGNORECASE,
)
_BEARER = re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]{4,}", re.IGNORECASE)
_TOKEN = re.compile(
    r"\b(?:sk|pk|rk|hf|gh[pousr]|github_pat|glpat|xox[a-z]|AKIA|AIza|eyJ)[-_]?[\w.-]{10,}"
    r"|(?<![\w-])(?=[\w+=-]*\d)(?=[\w+=-]*[a-zA-Z])[\w+=-]{24,}"
)
_ADDRESS = re.compile(r"\b([a-z][\w+.-]*)://([^\s'\"<>]*)", re.IGNORECASE)
_HOST = re.compile(r"(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?", re.IGNORECASE)
_QUOTED = re.compile(r"""(['"])((?:(?!\1).)*[/\\](?:(?!\1).)*)\1""")
_PATH = re.compile(
    r"(?:(?<![\w:/.~])(?:~\w*|\.{1,2})?/(?=[^\s/])|(?<!\w)[a-z]:[\\/]|\\\\(?=\w)|(?<![\w/.-])[\w.-]+/[\w.-]+/)\S*"
    r"(?:(?: [^\s/\\]+){0,2} [^\s/\\]*[/\\]\S*)*",
    re.IGNORECASE,
)
_OURS = re.compile(r"(?<![^/\\])[\w-]+\.(?:json|toml|safetensors|gguf|sqlite)(?=[.,:;)]*$)")  # files of a Home
_STOPS = re.compile(r"[.,:;)]*$")


def cause_of(error: BaseException, key_from: str = "") -> str:
    """`key_from` names the environment variable that holds the model's key."""
    return f"{type(error).__name__}: {cleaned(str(error), key_from)}"


def cleaned(text: str, key_from: str = "") -> str:
    for secret in _secrets(key_from):
        text = text.replace(secret, LEFT_OUT)
    text = _ADDRESS.sub(_host, "".join(letter if letter.isprintable() else " " for letter in text))
    text = _NAMED.sub(rf"\g<1>{LEFT_OUT}", text)
    text = _BEARER.sub(rf"\g<1> {LEFT_OUT}", text)
    text = _TOKEN.sub(LEFT_OUT, text)
    text = _QUOTED.sub(lambda found: _file(found[2]), text)
    text = " ".join(_PATH.sub(lambda found: _file(found[0]), text).split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} {LEFT_OUT}"


def _secrets(key_from: str) -> list[str]:
    """The longest first: one may begin another."""
    held = {name: value.strip() for name, value in os.environ.items() if name == key_from or _SECRET.search(name)}
    found = {value for name, value in held.items() if len(value) >= (1 if name == key_from else SHORTEST)}
    return sorted(found, key=len, reverse=True)


def _host(found: re.Match[str]) -> str:
    """Of a web address the server alone; of one that could hold a password, nothing."""
    scheme, rest = found[1].lower(), found[2]
    host = _HOST.match(rest)
    if scheme not in ("http", "https") or host is None or "@" in rest:
        return LEFT_OUT
    return f"{scheme}://{host[0].rstrip('.')}"


def _file(place: str) -> str:
    """Of a path the name alone, where it is a file of a Home or a model."""
    own = _OURS.search(place)
    return (own[0] if own else LEFT_OUT) + (_STOPS.search(place) or [""])[0]
