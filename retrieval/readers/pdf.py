from retrieval.errors import ReadError
from retrieval.nouns import Document
from retrieval.readers.source import Source


def read(source: Source) -> Document:
    raise ReadError(f"{source.id}: PDF reader being written")
