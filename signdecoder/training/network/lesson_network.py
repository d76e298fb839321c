"""The network of the lessons: the play LSTM of a pair network with its pair features."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from signdecoder.rules.pair_rules import N_PAIR_RULES
from signdecoder.training.network.features import read_plays
from signdecoder.training.network.layers import Tensor
from signdecoder.training.network.model import PairNetwork


@keras.saving.register_keras_serializable("signdecoder")
class LessonNetwork(keras.Model):  # type: ignore[misc]
    """Says which pair rules call a play; see `training.lessons`.

    Parameters
    ----------
    network : PairNetwork
        The network that it shares its layers with.
    **kwargs
        Passed to Keras.
    """

    def __init__(self, network: PairNetwork, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.play, self.sights = network.play, (network.sight, network.free_sight)

    def call(self, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
        """Compute whether each pair rule calls each play.

        Parameters
        ----------
        inputs : dict of str to Tensor
            ``shown`` (B, P, T, V) and ``cut`` (B, P, 1, T) like those of `PairNetwork`.

        Returns
        -------
        dict of str to Tensor
            ``calls`` (B, P, C, N_PAIR_RULES): logits.
        """
        hidden = read_plays(self.play, inputs["shown"], inputs["cut"])
        logits = [dense(hidden[:, :, 0]) for dense in self.sights]
        return {"calls": ops.concatenate(logits, axis=-1)[..., :N_PAIR_RULES]}
