"""What stands in a row, if it is of the right type; else the row is bad, and says so."""

from __future__ import annotations

from typing import Any

from tuning.exam.rows import BadRow, Row, shown


def given(row: Row, key: str) -> str:
    found = text_of(row, key)
    if found is None or not found.strip():
        raise BadRow(f"{key} is missing" if found is None else f"{key} is empty")
    return found


def short(row: Row, key: str) -> str | None:
    return (text_of(row, key) or "").strip() or None


def text_of(row: Row, key: str) -> str | None:
    found = row.get(key)
    if found is not None and not isinstance(found, str):
        raise BadRow(f"{key} is {shown(found)}; it must be a text")
    return found


def flag(row: Row, key: str, default: bool | None) -> bool:
    found = row.get(key)
    found = default if found is None else found
    if not isinstance(found, bool):
        raise BadRow(f"{key} is missing" if found is None else f"{key} is {shown(found)}; it must be true or false")
    return found


def listed(row: Row, key: str) -> list[Any] | None:
    found = row.get(key)
    if found is not None and not isinstance(found, list):
        raise BadRow(f"{key} is {shown(found)}; it must be a list")
    return found


def texts(row: Row, key: str) -> tuple[str, ...]:
    found = listed(row, key) or []
    for one in found:
        if not isinstance(one, str) or not one.strip():
            raise BadRow(f"{key} holds {shown(one)}; each must be a text, and not empty")
    return tuple(found)


def objects(row: Row, key: str) -> list[Row] | None:
    found = listed(row, key)
    for one in found or []:
        if not isinstance(one, dict):
            raise BadRow(f"{key} holds {shown(one)}; each must be an object")
    return found


def fields(row: Row, key: str) -> Row:
    found = row.get(key)
    if found is not None and not isinstance(found, dict):
        raise BadRow(f"{key} is {shown(found)}; it must be an object")
    return found or {}
