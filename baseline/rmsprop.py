import torch


class RMSprop:
    """RMSprop as in Keras: a <- rho a + (1 - rho) g²;  w <- w - lr g / (sqrt(a) + eps)."""

    def __init__(self, weights, config: dict):
        self.rho, self.epsilon = config["rho"], config["epsilon"]
        self.averages = [torch.zeros_like(w) for w in weights]

    def steps(self, weights, gradients, lr):
        torch._foreach_mul_(self.averages, self.rho)
        torch._foreach_addcmul_(self.averages, gradients, gradients, 1 - self.rho)
        denominators = torch._foreach_sqrt(self.averages)
        torch._foreach_add_(denominators, self.epsilon)
        steps = torch._foreach_mul(gradients, -lr)
        torch._foreach_div_(steps, denominators)
        return steps
