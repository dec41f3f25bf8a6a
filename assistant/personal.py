"""Personal data in what people write: found by its form, so that it need not be stored.

What has no form of its own, as names and addresses, is not found. Card and account numbers count by their check digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}\b", re.IGNORECASE)
_CARD = re.compile(r"(?<![\w.,-])\d(?:[ -]?\d){12,18}(?![\w-]|[.,]\d)")
_PHONE = re.compile(
    r"(?<![\w.,/-])(?:\+|00)\d(?:[ ()./-]{0,3}\d){6,14}(?![\w-])"  # abroad
    r"|(?<![\w.,/-])\(?0\d{1,5}\)?(?:[ /-]{1,3}\d{2,8}){1,4}(?![\w-])"  # with an area code
    r"|(?<![\w.,/-])0\d{6,14}(?![\w-])"
    r"|(?<![\w.,/-])\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?![\w-])"
)
_DATE = re.compile(r"0?\d[/-]\d{1,2}[/-]\d{2,4}")
# Of a trace: what names passages and counts. The rest may say what somebody asked.
_MEASURED = ("found", "dropped", "decided")


def masked(text: str, found: dict[str, str] | None = None) -> str:
    """The text with the kind of personal data in the place of it. `found` collects what that was."""
    seen = {} if found is None else found
    text = _MAIL.sub(lambda match: _seen(seen, match[0], "[e-mail]"), text)
    text = _ACCOUNT.sub(lambda match: _without_account(match[0], seen), text)
    text = _CARD.sub(lambda match: _seen(seen, match[0], "[card]") if _is_card(match[0]) else match[0], text)
    return _PHONE.sub(lambda match: match[0] if _DATE.fullmatch(match[0]) else _seen(seen, match[0], "[phone]"), text)


def masked_answer(told: Mapping[str, Any]) -> dict[str, Any]:
    """A stored answer without what its question tells of a person; what its documents say stays."""
    found: dict[str, str] = {}
    question = masked(told["question"], found)
    kept = {key: value if key == "citations" else _without(value, found) for key, value in told.items()}
    return kept | {"question": question}


def masked_trace(trace: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value if key in _MEASURED else _each(value, masked) for key, value in trace.items()}


def _without(value: Any, found: Mapping[str, str]) -> Any:
    def replaced(text: str) -> str:
        for said, kind in found.items():
            text = text.replace(said, kind)
        return text

    return _each(value, replaced)


def _each(value: Any, changed: Callable[[str], str]) -> Any:
    """Every text in it, changed."""
    if isinstance(value, str):
        return changed(value)
    if isinstance(value, Mapping):
        return {key: _each(each, changed) for key, each in value.items()}
    return [_each(each, changed) for each in value] if isinstance(value, list | tuple) else value


def _seen(found: dict[str, str], said: str, kind: str) -> str:
    found[said] = kind
    return kind


def _without_account(text: str, found: dict[str, str]) -> str:
    """Words may follow that could be a part of it: the longest beginning whose check digits are right is one."""
    for end in sorted((part.end() for part in re.finditer(r"[^ -]+", text)), reverse=True):
        if _is_account(text[:end]):
            return _seen(found, text[:end], "[account]") + text[end:]
    return text


def _is_account(text: str) -> bool:
    """An IBAN: the remainder by 97 is 1."""
    plain = re.sub(r"[ -]", "", text).upper()
    digits = "".join(str(int(letter, 36)) for letter in plain[4:] + plain[:4])
    return 15 <= len(plain) <= 34 and int(digits) % 97 == 1


def _is_card(text: str) -> bool:
    """By Luhn's check digit: of every second digit from the right, twice its value counts."""
    digits = [int(letter) for letter in reversed(text) if letter.isdigit()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
