"""Decoders side by side on a real log, as words and as a JSON document."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from signdecoder.benchmark.real_log import RealLogResult
from signdecoder.core.text import columns


def trial_document(trial: RealLogResult) -> dict[str, Any]:
    """The JSON document of a trial; losses in nats, null where nothing could be marked."""
    return asdict(trial)


def trial_words(trial: RealLogResult) -> str:
    """A trial as a table, the decoders in rows."""
    rows = [("", "plays", "log loss", "right, %")]
    for mark in trial.marks:
        right = "–" if mark.accuracy is None else f"{100 * mark.accuracy:.1f}"
        loss = "–" if mark.log_loss is None else f"{mark.log_loss:.3f}"
        rows.append((f"  {mark.decoder}", str(mark.plays), loss, right))
    play = trial.play.replace("_", " ")
    return "\n".join([f"{trial.log}, {play}: {trial.how}", *columns(rows, "<>>>")])
