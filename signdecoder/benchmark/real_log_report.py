"""The scores on a real log as text and as a JSON document."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from signdecoder.benchmark.real_log import RealLogResult
from signdecoder.core.text import columns
from signdecoder.reports.table import Table


def real_log_document(result: RealLogResult) -> dict[str, Any]:
    """Return the JSON document: losses in nats, null where nothing could be scored."""
    return asdict(result)


def real_log_table(result: RealLogResult) -> Table:
    """Return a row for each decoder."""
    rows = [(one.decoder, one.plays, one.log_loss, one.accuracy) for one in result.marks]
    return Table(("decoder", "plays", "log_loss", "accuracy"), rows)


def real_log_text(result: RealLogResult) -> str:
    """Return the scores as a table, with a decoder in each row."""
    rows = [("", "plays", "log loss", "right, %")]
    for score in result.marks:
        accuracy = "–" if score.accuracy is None else f"{100 * score.accuracy:.1f}"
        loss = "–" if score.log_loss is None else f"{score.log_loss:.3f}"
        rows.append((f"  {score.decoder}", str(score.plays), loss, accuracy))
    play = result.play.replace("_", " ")
    return "\n".join([f"{result.log}, {play}: {result.how}", *columns(rows, "<>>>")])
