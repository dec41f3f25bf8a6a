"""Models of the same base hold its weights once: an adapter that is taken up brings its own few, and no second base."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from weakref import WeakValueDictionary

_OWN = ".default"  # in the names of all that peft adds for an adapter
_living: WeakValueDictionary[tuple[object, ...], Any] = WeakValueDictionary()
_lock = threading.Lock()


def share(model: Any, base: tuple[object, ...]) -> Any:
    """The model, each weight of its base the one that another model of this base has already. For reading alone."""
    with _lock:
        for name, module in list(model.named_modules()):
            for part, child in list(module.named_children()):
                if getattr(child, "packed", False) and _of_base(f"{name}.{part}"):
                    setattr(module, part, _one(base, f"{name}.{part}", child))
            for part, weight in list(module.named_parameters(recurse=False)):
                if _of_base(f"{name}.{part}"):
                    setattr(module, part, _one(base, f"{name}.{part}", weight))
    return model


def shared(key: tuple[object, ...], make: Callable[[], Any]) -> Any:
    """The one that somebody has already under this key, or a new one."""
    found = _living.get(key)
    if found is None:
        made = make()
        with _lock:
            found = _living.setdefault(key, made)
    return found


def _of_base(name: str) -> bool:
    return _OWN not in name


def _one(base: tuple[object, ...], name: str, own: Any) -> Any:
    """Under the name that it has without an adapter around it."""
    plain = name.removeprefix(".").removeprefix("base_model.model.").replace(".base_layer", "")
    return _living.setdefault((*base, plain), own)
