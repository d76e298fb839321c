"""The settings of a user: ``config.toml`` in the user's config folder, and the environment."""

from __future__ import annotations

import os
from difflib import get_close_matches
from pathlib import Path

from signdecoder.core.errors import SigndecoderError

KEYS = ("coach", "store")


def config_path() -> Path:
    """Return where the settings are: SIGNDECODER_CONFIG, else in the user's config folder."""
    if own := os.environ.get("SIGNDECODER_CONFIG"):
        return Path(own)
    from platformdirs import user_config_path

    return user_config_path("signdecoder", appauthor=False) / "config.toml"


def load_settings() -> dict[str, str]:
    """Return the settings by key; raise SigndecoderError for one that is not known."""
    path = config_path()
    try:
        text = path.read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    import tomllib

    try:
        settings = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SigndecoderError(f"{path}: {error}", "correct it or delete the file") from None
    for key, value in settings.items():
        if key not in KEYS:
            close = get_close_matches(key, KEYS, n=1)
            hint = f"did you mean {close[0]}?" if close else f"the settings are {', '.join(KEYS)}"
            raise SigndecoderError(f'{path}: "{key}" is not a setting', hint)
        if not isinstance(value, str):
            raise SigndecoderError(f"{path}: {key} is not a text", f'write it like {key} = "..."')
    return settings


def default_coach() -> str | None:
    """Return the coach to use where one is needed and none is named, if one is set."""
    return os.environ.get("SIGNDECODER_COACH") or load_settings().get("coach")


def default_store() -> Path | None:
    """Return the play database of the settings; SIGNDECODER_DB comes first."""
    if os.environ.get("SIGNDECODER_DB"):
        return None
    store = load_settings().get("store")
    return Path(store).expanduser() if store else None
