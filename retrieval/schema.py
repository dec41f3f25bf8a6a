"""retrieval's tables. A released script is never edited: what changes gets a script of its own, after the last."""

MIGRATIONS = (
    """
CREATE TABLE sources (
    path TEXT PRIMARY KEY,
    added_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE files (
    path TEXT PRIMARY KEY,
    source TEXT NOT NULL REFERENCES sources(path),
    digest TEXT NOT NULL,
    problem TEXT
);
CREATE TABLE documents (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    file TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'superseded', 'deleted')),
    audience TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    media TEXT NOT NULL,
    date TEXT,
    version TEXT,
    language TEXT,
    metadata TEXT NOT NULL,
    added_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE UNIQUE INDEX one_live_version ON documents(id) WHERE state = 'live';
CREATE INDEX documents_of_file ON documents(file);
CREATE TABLE passages (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    document INTEGER NOT NULL REFERENCES documents(key) ON DELETE CASCADE,
    id TEXT NOT NULL,
    heading TEXT NOT NULL,
    page INTEGER,
    start INTEGER NOT NULL,
    stop INTEGER NOT NULL,
    text TEXT NOT NULL,
    units TEXT NOT NULL
);
CREATE INDEX passages_of_document ON passages(document);
CREATE INDEX passages_by_id ON passages(id);
CREATE TABLE vectors (
    passage INTEGER NOT NULL REFERENCES passages(key) ON DELETE CASCADE,
    encoder TEXT NOT NULL,
    vector BLOB NOT NULL,
    PRIMARY KEY (passage, encoder)
) WITHOUT ROWID;
CREATE TABLE splits (
    document TEXT PRIMARY KEY,
    part TEXT NOT NULL CHECK (part IN ('train', 'calibrate', 'exam'))
)
""",
    # The other file that a problem names: who may not read that one is not told of it.
    "ALTER TABLE files ADD COLUMN beside TEXT",
    # When a document left, which took its place, and what a purge that was interrupted still has to erase.
    """
ALTER TABLE documents ADD COLUMN retired_at TEXT;
CREATE TABLE successions (
    document INTEGER PRIMARY KEY REFERENCES documents(key) ON DELETE CASCADE,
    successor TEXT,
    since TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX naming_an_earlier ON documents(key) WHERE json_extract(metadata, '$.supersedes') IS NOT NULL;
CREATE INDEX naming_a_later ON documents(key) WHERE json_extract(metadata, '$.superseded_by') IS NOT NULL;
CREATE TABLE purges (
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('document', 'file', 'title', 'pages')),
    PRIMARY KEY (name, kind)
)
""",
    # What a row says, as a checksum (database.py: summed), for SQLite does not notice a bit that flips.
    """
ALTER TABLE documents ADD COLUMN sum INTEGER;
ALTER TABLE passages ADD COLUMN sum INTEGER;
ALTER TABLE vectors ADD COLUMN sum INTEGER;
UPDATE documents SET sum = summed(id, title, text, media, date, version, language, metadata);
UPDATE passages SET sum = (
    SELECT summed(passages.id, heading, page, start, stop, passages.text, units, d.title, d.date, d.version)
    FROM documents d WHERE d.key = passages.document
);
UPDATE vectors SET sum = summed(passage, encoder, hex(vector))
""",
)
