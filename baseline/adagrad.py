import torch


class Adagrad:
    """Adagrad: a <- a + g²;  w <- w - lr g / (sqrt(a) + eps)."""

    def __init__(self, weights, config: dict):
        self.epsilon = config["epsilon"]
        self.sums = [torch.full_like(w, config["initialAccumulator"]) for w in weights]

    def steps(self, weights, gradients, lr):
        torch._foreach_addcmul_(self.sums, gradients, gradients)
        denominators = torch._foreach_sqrt(self.sums)
        torch._foreach_add_(denominators, self.epsilon)
        steps = torch._foreach_mul(gradients, -lr)
        torch._foreach_div_(steps, denominators)
        return steps
