import torch

from .norms import norms


class EffectiveSGD:
    """w <- w - lr |w|² g: in terms of the direction of w the same rate whatever its norm."""

    def __init__(self, weights, config: dict):
        pass

    def steps(self, weights, gradients, lr):
        return torch._foreach_mul(gradients, [-lr * w**2 for w in norms(weights)])
