"""Examples in the formats of other trainers, in and out."""

from tuning.examples.formats.reading import parted, read_any
from tuning.examples.formats.writing import FORMATS, write_as

__all__ = ["FORMATS", "parted", "read_any", "write_as"]
