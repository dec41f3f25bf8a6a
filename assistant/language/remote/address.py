"""Where a server is, and the key that the environment holds for it. Neither errors nor traces ever show a key."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from retrieval import ModelError, SpecError

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KEY = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True)
class Address:
    secure: bool
    host: str
    port: int | None
    path: str

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = f":{self.port}" if self.port else ""
        return f"{'https' if self.secure else 'http'}://{host}{port}{self.path}"


def is_address(base: str) -> bool:
    return re.match(r"\w+://", base) is not None


def address_of(base: str) -> Address:
    """`https://host/v1` read strictly. What could hold a secret is refused without being repeated."""
    try:
        parts = urlsplit(base)
        port = parts.port
    except ValueError as error:
        raise SpecError("[model] base is no address of a server.", "Write it as https://host/v1.") from error
    if parts.username is not None or parts.query or parts.fragment:
        raise SpecError(
            "[model] base holds more than an address: a user, a query or a fragment.",
            "Write it as https://host/v1, and name the variable that holds the key as key_from.",
        )
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"[\s\x00-\x1f]", base):
        raise SpecError(f"[model] base = {base!r} is no address of a server.", "Write it as https://host/v1.")
    return Address(parts.scheme == "https", parts.hostname, port, parts.path.rstrip("/"))


@dataclass(frozen=True)
class Key:
    """The name of the environment variable that holds the key. Empty: none is sent."""

    name: str = ""

    def __post_init__(self) -> None:
        if self.name and not _NAME.fullmatch(self.name):
            raise SpecError(
                "[model] key_from is not the name of an environment variable.",
                "Name the variable that holds the key there; never write the key itself into assistant.toml.",
            )

    def headers(self) -> dict[str, str]:
        value = self._value()
        return {"Authorization": f"Bearer {value}"} if value else {}

    def redacted(self, text: str) -> str:
        value = os.environ.get(self.name, "").strip() if self.name else ""
        return text.replace(value, "…") if value else text

    def _value(self) -> str:
        if not self.name:
            return ""
        value = os.environ.get(self.name, "").strip()
        if not value:
            raise ModelError(
                f"The environment variable {self.name}, which [model] key_from names, is not set.", "Set it."
            )
        if not _KEY.fullmatch(value):
            raise ModelError(f"The environment variable {self.name} holds no key.", "Set it to the key alone.")
        return value
