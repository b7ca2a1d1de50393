"""SGD whose rate depends on the norm of the gradient or of the weights, tensor by tensor."""

import torch

from .norms import norms

# Steps this short, learning rate included, are no direction.
SHORTEST = 1e-7


class NormalizedSGD:
    """w <- w - lr g / |g|, and no step where lr |g| is at most 1e-7."""

    def steps(self, weights, gradients, lr):
        lengths = norms(gradients)
        return torch._foreach_mul(gradients, [torch.where(lr * g > SHORTEST, -lr / g, 0) for g in lengths])


class EffectiveSGD:
    """w <- w - lr |w|² g: in terms of the direction of w the same rate whatever its norm."""

    def steps(self, weights, gradients, lr):
        return torch._foreach_mul(gradients, [-lr * w**2 for w in norms(weights)])
