"""The layers of the pair network in NumPy, on the arrays of trained weights by name.

Shapes: V slots, C = V·V pairs of slots (k, l), S pair features, H units of a state, U units of a
layer, Q units of a query.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from signdecoder.lstm.cell import LSTM, Floats
from signdecoder.lstm.weights import Arrays


class Layers:
    """Apply the layers of the pair network.

    Parameters
    ----------
    arrays : dict of str to ndarray
        The arrays of the trained network by name.
    """

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays

    def lstm(self, name: str) -> LSTM:
        """Return the LSTM with this name.

        Parameters
        ----------
        name : str
            Its name in weights files.

        Returns
        -------
        LSTM
            The LSTM.
        """
        a = self._arrays
        return LSTM(a[f"{name}/kernel"], a[f"{name}/recurrent_kernel"], a[f"{name}/bias"])

    def dense(self, name: str, x: Floats) -> Floats:
        """Apply a linear layer.

        Parameters
        ----------
        name : str
            Its name in weights files.
        x : ndarray of float32
            (…, I) inputs.

        Returns
        -------
        ndarray of float32
            (…, U) outputs.
        """
        return x @ self._arrays[f"{name}/kernel"] + self._arrays[f"{name}/bias"]

    def relu(self, name: str, x: Floats) -> Floats:
        """Apply a linear layer and cut its outputs off below 0.

        Parameters
        ----------
        name : str
            Its name in weights files.
        x : ndarray of float32
            (…, I) inputs.

        Returns
        -------
        ndarray of float32
            (…, U) outputs.
        """
        return np.maximum(self.dense(name, x), 0)

    def combine_evidence(
        self, name: str, features: Floats, evidence: int, new_game: bool
    ) -> Floats:
        """Combine the pair features of a play with its outcome.

        Parameters
        ----------
        name : str
            The name of the layer in weights files.
        features : ndarray of float32
            (C, S) pair features.
        evidence : int
            What the outcome says about the target, an `Evidence`.
        new_game : bool
            Whether a game begins with the play.

        Returns
        -------
        ndarray of float32
            (C, U) outputs.
        """
        kernel, bias, flags = (
            self._arrays[f"{name}/{part}"] for part in ("kernel", "bias", "flags")
        )
        combined = features @ kernel[evidence] + (bias[evidence] + np.float32(new_game) * flags[1])
        combined[:: int(np.sqrt(len(features))) + 1] += flags[0]  # the pairs with k = l
        return np.asarray(combined)

    def exchange(self, own: Floats, overall: Floats, slots: int) -> Floats:
        """Pass messages between pairs: each one's own state and what it gets from the others.

        Parameters
        ----------
        own : ndarray of float32
            (C, I) the state of each pair.
        overall : ndarray of float32
            (J,) what every pair gets.
        slots : int
            The number of slots V.

        Returns
        -------
        ndarray of float32
            (C, U) the message to each pair.
        """
        a = self._arrays
        pooled = self.relu("exchange/project", own).reshape(slots, slots, -1)
        rows, columns = pooled.max(axis=1), pooled.max(axis=0)
        diagonal = pooled[np.arange(slots), np.arange(slots)]
        signals = np.concatenate([rows, columns, diagonal], axis=-1)
        everything = np.concatenate([rows.max(axis=0), pooled.mean(axis=(0, 1)), overall])
        mirror = pooled.swapaxes(0, 1).reshape(slots * slots, -1)
        messages = self.dense("exchange/own", np.concatenate([own, mirror], axis=1))
        messages += everything @ a["exchange/of_all/kernel"]
        grid = messages.reshape(slots, slots, -1)
        grid += (signals @ a["exchange/of_k/kernel"])[:, None]
        grid += (signals @ a["exchange/of_l/kernel"])[None, :]
        return np.maximum(messages, 0)

    def rule_softmax(self, name: str, states: Floats) -> Floats:
        """Compute the softmax over all rules of all pairs, and none.

        Parameters
        ----------
        name : str
            The name of the layer in weights files.
        states : ndarray of float32
            (C, H) states.

        Returns
        -------
        ndarray of float32
            (C, S) probabilities; what they lack to 1 is the probability of none.
        """
        logits, none = self.dense(name, states), self._arrays[f"{name}/none"]
        peak = max(logits.max(), none[0])
        odds = np.exp(logits - peak)
        return np.asarray(odds / (odds.sum() + np.exp(none - peak)))

    def query(self, belief: Floats, features: Floats, complete: bool) -> Floats:
        """Combine the projected belief about each pair with the queried sequences.

        Parameters
        ----------
        belief : ndarray of float32
            (C, Q) projection of the belief.
        features : ndarray of float32
            (…, C, S) pair features of the sequences.
        complete : bool
            False if more signals may follow.

        Returns
        -------
        ndarray of float32
            (…, C, Q) queries.
        """
        query = belief + features @ self._arrays["question/play/kernel"]
        flags = self._arrays["question/flags/kernel"]
        query[..., :: int(np.sqrt(features.shape[-2])) + 1, :] += flags[0]  # k = l
        if complete:
            query += flags[1]
        return np.maximum(query, 0)

    def attend(self, query: Floats) -> Floats:
        """Pool over the pairs with several attention heads.

        Parameters
        ----------
        query : ndarray of float32
            (…, C, Q) queries.

        Returns
        -------
        ndarray of float32
            (…, heads·U) pooled values.
        """
        a = self._arrays
        attention = softmax(query @ a["attention/score"], axis=-2)
        pooled = np.swapaxes(attention, -2, -1) @ query  # (…, heads, Q)
        values = np.einsum("...hq,hqu->...hu", pooled, a["attention/value"])
        return np.asarray(values.reshape(*values.shape[:-2], -1))


def softmax(x: NDArray[Any], axis: int) -> NDArray[Any]:
    """Compute the softmax along an axis.

    Parameters
    ----------
    x : ndarray of float
        Logits.
    axis : int
        The axis along which the result sums to 1.

    Returns
    -------
    ndarray of float
        Probabilities of the same shape.
    """
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))
