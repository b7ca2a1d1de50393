import torch


class SGDAdamMomentum:
    """The paper's SGD_AMom: v <- m v + (1 - m) g;  w <- w - lr v, without bias correction."""

    def __init__(self, weights, config: dict):
        self.momentum = config["momentum"]
        self.velocities = [torch.zeros_like(w) for w in weights]

    def steps(self, weights, gradients, lr):
        torch._foreach_lerp_(self.velocities, gradients, 1 - self.momentum)
        return torch._foreach_mul(self.velocities, -lr)
