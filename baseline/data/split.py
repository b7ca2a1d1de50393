from typing import NamedTuple

import torch


class Split(NamedTuple):
    """Pixels and labels; pixels are channels last, so that a pixel's channels are one row of a gather."""

    pixels: torch.Tensor  # uint8 or float32 [n, h, w, c]
    labels: torch.Tensor  # int64 [n]
