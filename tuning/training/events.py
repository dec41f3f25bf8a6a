"""Progress as TensorBoard reads it: records of a length, its checksum, an event, and its checksum."""

from __future__ import annotations

import struct
import time
from collections.abc import Mapping
from pathlib import Path

_POLYNOMIAL = 0x82F63B78  # of CRC-32C
_WALL_TIME, _STEP, _VERSION, _SUMMARY = 1, 2, 3, 5  # fields of an event
_VALUE, _TAG, _SIMPLE = 1, 1, 2  # of a summary, and of a value in it


class Events:
    """A file of its own in the folder for each time that a training goes on."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        began = time.time()
        self._path = folder / f"events.out.tfevents.{time.time_ns()}.groundsmith"
        self._path.write_bytes(record(_double(_WALL_TIME, began) + _bytes(_VERSION, b"brain.Event:2")))

    def add(self, step: int, values: Mapping[str, float]) -> None:
        with self._path.open("ab") as file:
            file.write(record(event(time.time(), step, values)))


def event(at: float, step: int, values: Mapping[str, float]) -> bytes:
    told = b"".join(
        _bytes(_VALUE, _bytes(_TAG, name.encode()) + _key(_SIMPLE, 5) + struct.pack("<f", value))
        for name, value in values.items()
    )
    return _double(_WALL_TIME, at) + _key(_STEP, 0) + _varint(step) + _bytes(_SUMMARY, told)


def record(data: bytes) -> bytes:
    length = struct.pack("<Q", len(data))
    return length + struct.pack("<I", masked(length)) + data + struct.pack("<I", masked(data))


def masked(data: bytes) -> int:
    """The checksum, turned, so that a checksum of a checksum is no trivial one."""
    checked = crc32c(data)
    return (((checked >> 15) | (checked << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def crc32c(data: bytes) -> int:
    found = 0xFFFFFFFF
    for byte in data:
        found = _TABLE[(found ^ byte) & 0xFF] ^ (found >> 8)
    return found ^ 0xFFFFFFFF


def _entry(byte: int) -> int:
    for _ in range(8):
        byte = (byte >> 1) ^ (_POLYNOMIAL if byte & 1 else 0)
    return byte


_TABLE = [_entry(byte) for byte in range(256)]


def _key(field: int, kind: int) -> bytes:
    return _varint(field << 3 | kind)


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])


def _double(field: int, value: float) -> bytes:
    return _key(field, 1) + struct.pack("<d", value)


def _bytes(field: int, value: bytes) -> bytes:
    return _key(field, 2) + _varint(len(value)) + value
