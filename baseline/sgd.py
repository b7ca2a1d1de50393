import torch


class SGD:
    """SGD with momentum.

    With the rate in the velocity, as in Keras and the paper: v <- momentum v - lr (1 - dampening) g;  w <- w + v, or
    with nesterov  w <- w + momentum v - lr g.

    With the rate outside the velocity, as in torch.optim: v <- momentum v + (1 - dampening) g, in the first step
    v <- g;  w <- w - lr v, or with nesterov  w <- w - lr (g + momentum v).
    """

    def __init__(self, weights, config: dict):
        self.momentum, self.dampening, self.nesterov = config["momentum"], config["dampening"], config["nesterov"]
        self.rate_in_velocity = config["rateInVelocity"]
        self.velocities = [torch.zeros_like(w) for w in weights] if self.momentum else None
        self.first = True

    def steps(self, weights, gradients, lr):
        if self.velocities is None:
            return torch._foreach_mul(gradients, -lr)
        share = 1 - self.dampening
        if self.rate_in_velocity:
            torch._foreach_mul_(self.velocities, self.momentum)
            torch._foreach_add_(self.velocities, gradients, alpha=-lr * share)
            if not self.nesterov:
                return self.velocities
            steps = torch._foreach_mul(self.velocities, self.momentum)
            torch._foreach_add_(steps, gradients, alpha=-lr)
            return steps
        torch._foreach_mul_(self.velocities, self.momentum)
        torch._foreach_add_(self.velocities, gradients, alpha=1 if self.first else share)
        self.first = False
        if not self.nesterov:
            return torch._foreach_mul(self.velocities, -lr)
        steps = torch._foreach_mul(self.velocities, -lr * self.momentum)
        torch._foreach_add_(steps, gradients, alpha=-lr)
        return steps
