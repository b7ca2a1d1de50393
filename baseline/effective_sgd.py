import torch

from .norms import norms


class EffectiveSGD:
    """w <- w - lr |w|² g: the rate for the direction of w does not depend on the norm of w."""

    def __init__(self, weights, config: dict):
        pass

    def steps(self, weights, gradients, lr):
        return torch._foreach_mul(gradients, [-lr * w**2 for w in norms(weights)])
