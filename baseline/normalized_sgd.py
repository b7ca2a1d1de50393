import torch

from .norms import norms

# Steps this short, including the learning rate, have no reliable direction and are skipped.
SHORTEST = 1e-7


class NormalizedSGD:
    """w <- w - lr g / |g|, and no step if lr |g| is at most 1e-7."""

    def __init__(self, weights, config: dict):
        pass

    def steps(self, weights, gradients, lr):
        lengths = norms(gradients)
        return torch._foreach_mul(gradients, [torch.where(lr * g > SHORTEST, -lr / g, 0) for g in lengths])
