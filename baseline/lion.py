import torch


class Lion:
    """Lion: w <- w - lr sign(b1 m + (1 - b1) g);  m <- b2 m + (1 - b2) g (arXiv 2302.06675)."""

    def __init__(self, weights, config: dict):
        self.betas = config["beta1"], config["beta2"]
        self.momenta = [torch.zeros_like(w) for w in weights]

    def steps(self, weights, gradients, lr):
        beta1, beta2 = self.betas
        steps = torch._foreach_lerp(self.momenta, gradients, 1 - beta1)
        torch._foreach_sign_(steps)
        torch._foreach_mul_(steps, -lr)
        torch._foreach_lerp_(self.momenta, gradients, 1 - beta2)
        return steps
