"""LangChain's interfaces over the assistant: a chat model and a Runnable, each for the one principal it is made for.

asking.py     an assistant by its folder, and the principal that no message and no config changes
messages.py   LangChain's messages as a question with what was said before it; what would go unheeded is refused
speaking.py   an answer as a message: text with Citation annotations, all else in its response_metadata
model.py      the chat model
runnable.py   the Runnable
"""

from retrieval import MissingExtra

try:
    from assistant.langchain.model import GroundsmithChatModel
    from assistant.langchain.runnable import GroundsmithAssistant, assistant_runnable
except ModuleNotFoundError as error:
    if (error.name or "").split(".")[0] != "langchain_core":
        raise
    raise MissingExtra(
        "langchain-core is not installed: LangChain's interfaces come with it.",
        "Install it: pip install 'groundsmith[langchain]'.",
    ) from error

__all__ = ["GroundsmithAssistant", "GroundsmithChatModel", "assistant_runnable"]
