"""The bound of the gradient, by PyTorch's own functions."""

from typing import Iterable

import torch
from torch.nn.utils import clip_grad_norm_, clip_grad_value_


def clip(clipping: dict | None, parameters: Iterable[torch.Tensor]) -> None:
    """Clips the gradients of all `parameters` that train, in place."""
    if clipping is None:
        return
    trained = [parameter for parameter in parameters if parameter.requires_grad]
    if clipping["type"] == "clipValue":
        clip_grad_value_(trained, clipping["max"])
    elif clipping["per"] == "network":
        clip_grad_norm_(trained, clipping["max"])
    else:
        for parameter in trained:
            clip_grad_norm_(parameter, clipping["max"])
