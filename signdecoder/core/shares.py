"""How common coaches are whose rule the decoder cannot represent."""

from __future__ import annotations

from signdecoder.core.errors import SigndecoderError

UNKNOWN_SHARE = 0.15
"""The share of coaches with rules of no kind that the decoder knows, unless another is given."""
_MOST = 0.9


def check_share(share: float) -> float:
    """Return a share of coaches with unknown rules, checked.

    Parameters
    ----------
    share : float
        The share.

    Returns
    -------
    float
        The same.

    Raises
    ------
    SigndecoderError
        If it is not a number from 0 to 0.9.

    Examples
    --------
    >>> check_share(0.3)
    0.3
    """
    if not 0 <= share <= _MOST:
        raise SigndecoderError(
            f"{share:g} is not a share of coaches with unknown rules",
            f"give a number from 0 to {_MOST:g}",
        )
    return float(share)
