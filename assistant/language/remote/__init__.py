"""Any server that speaks OpenAI's chat completions, by its address: vLLM, llama.cpp, Ollama, or a hosted one.

address.py   where it is, and the key that the environment holds for it
exchange.py  one request and its answer, bounded in time and size
client.py    requests that are tried again, whole or streamed
offers.py    what the server has shown that it offers, found out once
model.py     the face of a language model
"""

from assistant.language.remote.model import RemoteModel

__all__ = ["RemoteModel"]
