"""Every error that groundsmith raises on purpose.

GroundsmithError                 exit code
├── UsageError                   2   the call itself is off: no question, a bad option
├── HomeError                    3   not a Home, or one that cannot be opened
│   └── HomeBusy                 4   another process is writing to it
├── SpecError                    5   assistant.toml is broken: line, key, remedy
├── ReadError                    6   one file cannot be read; the others go on
├── ModelError                   7   a model is missing, incomplete or does not fit
├── MissingExtra                 8   an optional library is not installed
├── IndexDamaged                 9   the index does not match the catalogue
└── StorageError                 10  no space left, or not allowed to write

A message names the value, the limit and the remedy.
"""

from __future__ import annotations


class GroundsmithError(Exception):
    exit_code = 1

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.problem} {self.remedy}".strip()


class UsageError(GroundsmithError):
    exit_code = 2


class HomeError(GroundsmithError):
    exit_code = 3


class HomeBusy(HomeError):
    exit_code = 4


class SpecError(GroundsmithError):
    exit_code = 5


class ReadError(GroundsmithError):
    exit_code = 6


class ModelError(GroundsmithError):
    exit_code = 7


class MissingExtra(GroundsmithError):
    exit_code = 8


class IndexDamaged(GroundsmithError):
    exit_code = 9


class StorageError(GroundsmithError):
    exit_code = 10
