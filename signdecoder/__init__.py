"""Decodes a coach's signs: what a sequence of signals calls, learned from a log of plays."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from signdecoder.core.play import Play
    from signdecoder.decoder.decoder import Decoder
    from signdecoder.decoder.prediction import KeySign, Prediction

__all__ = ["Decoder", "KeySign", "Play", "Prediction", "__version__"]

__version__ = "0.2.0"

_MODULES = {
    "Decoder": "decoder.decoder",
    "KeySign": "decoder.prediction",
    "Prediction": "decoder.prediction",
    "Play": "core.play",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for, so that `import signdecoder` stays cheap."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f".{_MODULES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
