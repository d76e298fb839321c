"""Watch how much work the decoder does."""

import pytest

from signdecoder.lstm.online import OnlineLSTM


def count_updates(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that gets the number of plays that each `OnlineLSTM.update` reads."""
    counts: list[int] = []
    update = OnlineLSTM.update

    def watch(expert: OnlineLSTM, end: int | None = None) -> list[float]:
        predictions = update(expert, end)
        counts.append(len(predictions))
        return predictions

    monkeypatch.setattr(OnlineLSTM, "update", watch)
    return counts
