"""The losses, computed from logits."""

from functools import partial
from typing import Callable

import torch
from torch.nn import functional as F

# Keras's epsilon.
EPSILON = 1e-7

Loss = Callable[..., torch.Tensor]


def make_loss(loss: dict) -> Loss:
    """Returns a function of logits [b, classes], labels [b] and `reduction`, 'mean' or 'sum'."""
    if loss["type"] == "crossEntropy":
        return partial(F.cross_entropy, label_smoothing=loss["labelSmoothing"])
    if loss["type"] == "kerasCrossEntropy":
        return keras_cross_entropy
    raise ValueError(f"loss: unknown type {loss['type']}")


def keras_cross_entropy(logits: torch.Tensor, labels: torch.Tensor, reduction: str = "mean") -> torch.Tensor:
    """Computes -log of the label's clipped probability; an example outside the limits has no gradient."""
    probabilities = F.softmax(logits, 1).gather(1, labels.unsqueeze(1))
    losses = -probabilities.clamp(EPSILON, 1 - EPSILON).log()
    return losses.mean() if reduction == "mean" else losses.sum()
