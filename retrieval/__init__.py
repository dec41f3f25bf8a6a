"""retrieval finds: files become passages, questions become hits, and nobody finds what they may not read."""

from retrieval.access import Access, read_access
from retrieval.brought import bring, score
from retrieval.catalogue import Catalogue, Counts
from retrieval.database import Database, Migrations
from retrieval.encoding import Encoder, Vectors, open_encoder
from retrieval.errors import (
    GroundsmithError,
    HomeBusy,
    HomeError,
    IndexDamaged,
    MissingExtra,
    ModelError,
    ReadError,
    SpecError,
    StorageError,
    UsageError,
)
from retrieval.folder import read_folder
from retrieval.home import Home, create, open_home, storing
from retrieval.index.lexical import terms
from retrieval.library import Library, foresee, open_library
from retrieval.life.purge import Purge
from retrieval.models import ENCODER, EmbeddedModel, resolve
from retrieval.models.precision import precision
from retrieval.nouns import EVERYONE, Block, Document, Hit, Passage, Principal, Unit
from retrieval.plan import Progress, SyncReport
from retrieval.readers import read
from retrieval.rows import Kept
from retrieval.search import Searcher
from retrieval.spec import RetrievalSpec, check_names, read_section, read_toml, setting, toml_value, write_section
from retrieval.where import Where

__all__ = [
    "ENCODER",
    "EVERYONE",
    "Access",
    "Block",
    "Catalogue",
    "Counts",
    "Database",
    "Document",
    "EmbeddedModel",
    "Encoder",
    "GroundsmithError",
    "Hit",
    "Home",
    "HomeBusy",
    "HomeError",
    "IndexDamaged",
    "Kept",
    "Library",
    "Migrations",
    "MissingExtra",
    "ModelError",
    "Passage",
    "Principal",
    "Progress",
    "Purge",
    "ReadError",
    "RetrievalSpec",
    "Searcher",
    "SpecError",
    "StorageError",
    "SyncReport",
    "Unit",
    "UsageError",
    "Vectors",
    "Where",
    "bring",
    "check_names",
    "create",
    "foresee",
    "open_encoder",
    "open_home",
    "open_library",
    "precision",
    "read",
    "read_access",
    "read_folder",
    "read_section",
    "read_toml",
    "resolve",
    "score",
    "setting",
    "storing",
    "terms",
    "toml_value",
    "write_section",
]
