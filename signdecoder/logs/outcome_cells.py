"""The column of outcomes: codes, yes and no, ticks, blanks, and what the user says they mean."""

from __future__ import annotations

from collections.abc import Sequence

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.names import fold, quote
from signdecoder.core.outcome_codes import suggest_outcome
from signdecoder.core.outcomes import (
    NONE,
    NOT_STEAL,
    OUTCOMES,
    STEAL,
    find_outcome,
    normalize_outcome,
    parse_outcome,
    parse_steal,
)
from signdecoder.logs.reading import Reading, ReadingOptions

_TICKS = frozenset({"x", "\u2713", "\u2714", "\u2611", "*"})
_FEWEST = 3  # filled rows that give a blank its meaning
_NUMBERS = {"1.0": "1", "0.0": "0"}  # as spreadsheets and DataFrames write them


def read_yes_or_no(cell: str) -> str | None:
    """Return whether the runner went by a cell of yes and no.

    Parameters
    ----------
    cell : str
        The cell.

    Returns
    -------
    str or None
        ``steal``, ``not_steal``, or None if it says neither.

    Examples
    --------
    >>> read_yes_or_no("1.0"), read_yes_or_no("F"), read_yes_or_no("bunt")
    ('steal', 'not_steal', None)
    """
    try:
        return parse_steal(_NUMBERS.get(cell.strip(), cell))
    except SigndecoderError:
        return None


def are_yes_or_no(cells: Sequence[str], both: bool = False) -> bool:
    """Return whether a column holds nothing but yes and no, or ticks and blanks.

    Parameters
    ----------
    cells : sequence of str
        Its cells.
    both : bool, optional
        Whether there must be a yes and a no.

    Returns
    -------
    bool
        True if it does. T alone is not enough: it may be a take.
    """
    kinds = {fold(cell) for cell in cells if cell.strip()}
    if not kinds:
        return False
    if kinds <= _TICKS:
        return not both and any(not cell.strip() for cell in cells)
    said = {read_yes_or_no(kind) for kind in kinds}
    return None not in said and (len(said) == 2 or not (both or kinds & {"t", "f", "y", "n"}))


class OutcomeReader:
    """Reads the outcome of each row, the same for the whole file.

    Parameters
    ----------
    outcomes : sequence of str
        Cells of the column of outcomes.
    steals : sequence of str
        Cells of the column that says whether the runner went.
    options : ReadingOptions
        What the user says.
    reading : Reading
        What is decided is noted here.
    """

    def __init__(
        self,
        outcomes: Sequence[str],
        steals: Sequence[str],
        options: ReadingOptions,
        reading: Reading,
    ) -> None:
        self._options = options
        self._meanings = {fold(word): meaning for word, meaning in options.meanings.items()}
        self._is_binary = are_yes_or_no([c for c in outcomes if fold(c) not in self._meanings])
        self._has_ticks = any(fold(cell) in _TICKS for cell in steals) and are_yes_or_no(steals)
        blank = sum(not a.strip() and not b.strip() for a, b in zip(outcomes, steals, strict=True))
        filled = len(outcomes) - blank
        self.blank = options.blank
        if self.blank is None and blank and filled >= _FEWEST:
            self.blank = self._guess_blank(steals)
            if self.blank is not None:
                reading.notes.append(
                    f"{blank:,} blank outcome{'s' if blank > 1 else ''} read as {self.blank}. If"
                    " nobody noted these, use --blank unknown."
                )
        reading.blank = self.blank or ""
        mixed = {fold(c) for c in outcomes if c.strip() and not self._is_binary}
        mixed = {c for c in mixed if read_yes_or_no(c) and c not in ("t", "f", "y", "n")}
        mixed -= set(self._meanings) | {fold(name) for name in options.declared}
        if mixed:
            said = ", ".join(f"{quote(c)} as {read_yes_or_no(c)}" for c in sorted(mixed))
            reading.notes.append(f"among other outcomes, read {said}. To change it, use --map.")

    def _guess_blank(self, steals: Sequence[str]) -> str | None:
        """Return what a blank means; None if a no is written out elsewhere."""
        said = {read_yes_or_no(cell) for cell in steals if cell.strip()}
        if not said:
            return NOT_STEAL if self._is_binary else NONE
        return None if NOT_STEAL in said else NOT_STEAL

    def read_outcome(self, cell: str) -> str:
        """Return the outcome of a cell that is not blank.

        Parameters
        ----------
        cell : str
            The cell.

        Returns
        -------
        str
            Its outcome.

        Raises
        ------
        SigndecoderError
            If it is not known. The advice never changes what the data mean.
        """
        meant = self._meanings.get(fold(cell))
        if meant is not None:
            return meant
        if self._is_binary and fold(cell) in _TICKS:
            return STEAL
        if self._is_binary and (said := read_yes_or_no(cell)) is not None:
            return said
        known = find_outcome(cell, self._options.declared) if cell.strip() else None
        if known is not None:
            return known
        letter = fold(cell) in ("f", "y", "n")
        if not letter and (said := read_yes_or_no(cell)) is not None:
            return said
        guess = suggest_outcome(cell)
        if guess is not None:
            raise SigndecoderError(
                f"the outcome {quote(cell.strip())} is not known",
                f'it probably means {guess}: then add --map "{cell.strip()}={guess}"',
            )
        if not cell.strip():
            raise SigndecoderError(
                "the outcome is empty",
                "add --blank none if nothing happened in such rows, or --blank unknown if nobody"
                " could tell",
            )
        try:
            return parse_outcome(cell, self._options.declared)
        except SigndecoderError as error:
            if len(cell.strip()) > 40:
                raise
            raise SigndecoderError(
                error.message,
                f'say what it means with --map "{cell.strip()}=OUTCOME", where OUTCOME is one of '
                f"{', '.join(OUTCOMES)}. If it is a play of its own, accept it with --outcomes "
                f"{normalize_outcome(cell)}",
            ) from None

    def read_steal(self, cell: str) -> str:
        """Return whether the runner went by a cell that is not blank.

        Parameters
        ----------
        cell : str
            The cell.

        Returns
        -------
        str
            ``steal`` or ``not_steal``.

        Raises
        ------
        SigndecoderError
            If it says neither.
        """
        if self._has_ticks and fold(cell) in _TICKS:
            return STEAL
        return self._meanings.get(fold(cell)) or parse_steal(_NUMBERS.get(cell.strip(), cell))
