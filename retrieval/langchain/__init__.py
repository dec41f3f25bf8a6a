"""LangChain's interfaces over retrieval: vector store, retriever, embeddings, compressor. Each asks who may read what.

asking.py      who asks: of a call, of a config, or everyone
encoders.py    our encoder as Embeddings, and any Embeddings as our encoder
opening.py     from a folder to its Library
records.py     a LangChain document as a record in the Home's own documents
shelf.py       those records: kept in files that a sync reads, found again in the catalogue
grants.py      groups of a document as a rule of the Spec
store.py       the vector store
retriever.py   the retriever
compressor.py  the compressor
splitter.py    a LangChain text splitter in the place of our own
"""

from retrieval.errors import MissingExtra

try:
    from retrieval.langchain.compressor import GroundsmithCompressor
    from retrieval.langchain.encoders import GroundsmithEmbeddings
    from retrieval.langchain.retriever import GroundsmithRetriever
    from retrieval.langchain.splitter import splitter
    from retrieval.langchain.store import GroundsmithVectorStore
except ModuleNotFoundError as error:
    if (error.name or "").split(".")[0] != "langchain_core":
        raise
    raise MissingExtra(
        "langchain-core is not installed: LangChain's interfaces come with it.",
        "Install it: pip install 'groundsmith[langchain]'.",
    ) from error

__all__ = [
    "GroundsmithCompressor",
    "GroundsmithEmbeddings",
    "GroundsmithRetriever",
    "GroundsmithVectorStore",
    "splitter",
]
