"""The filters that every row goes through before anything is learned from it; each a family in a file."""

from tuning.examples.filters.sieve import Barred, Filtered, Finds, Reads, Sieve
from tuning.examples.filters.whole import filtered

__all__ = ["Barred", "Filtered", "Finds", "Reads", "Sieve", "filtered"]
