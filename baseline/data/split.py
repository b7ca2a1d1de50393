from typing import NamedTuple

import torch


class Split(NamedTuple):
    """Pixels lie in memory as channels_last has them, so that a pixel's channels are one row of a gather."""

    pixels: torch.Tensor  # uint8 [n, h, w, c]
    labels: torch.Tensor  # int64 [n]
