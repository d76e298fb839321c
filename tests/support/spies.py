"""Watch how much work the decoder does."""

from collections.abc import Iterable

import pytest

from signdecoder.lstm.online import EncodedPlay, OnlineLSTM


def count_plays_read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that gets the number of plays in each call of `OnlineLSTM.read`."""
    counts: list[int] = []
    read = OnlineLSTM.read

    def watch(reader: OnlineLSTM, plays: Iterable[EncodedPlay]) -> list[float]:
        new = list(plays)
        counts.append(len(new))
        return read(reader, new)

    monkeypatch.setattr(OnlineLSTM, "read", watch)
    return counts
