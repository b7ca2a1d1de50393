"""SGD in both conventions and SGD with Adam's momentum."""

import torch


class SGD:
    """With the rate in the velocity, as in Keras and the paper: v <- momentum v - lr (1 - dampening) g;  w <- w + v, or
    with nesterov  w <- w + momentum v - lr g.

    Without, as in torch.optim: v <- momentum v + (1 - dampening) g, at first v <- g;  w <- w - lr v, or with nesterov
    w <- w - lr (g + momentum v).
    """

    def __init__(self, weights, momentum: float, dampening: float, nesterov: bool, rate_in_velocity: bool):
        self.momentum, self.dampening, self.nesterov = momentum, dampening, nesterov
        self.rate_in_velocity = rate_in_velocity
        self.velocities = [torch.zeros_like(w) for w in weights] if momentum else None
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


class SGDAdamMomentum:
    """The paper's SGD_AMom: v <- m v + (1 - m) g;  w <- w - lr v, without bias correction."""

    def __init__(self, weights, momentum: float):
        self.momentum = momentum
        self.velocities = [torch.zeros_like(w) for w in weights]

    def steps(self, weights, gradients, lr):
        torch._foreach_lerp_(self.velocities, gradients, 1 - self.momentum)
        return torch._foreach_mul(self.velocities, -lr)


class FusedSGD(torch.optim.SGD):
    """SGD without dampening, by torch.optim's fused kernel.

    It keeps the velocity b without the rate. Keras's is v = -lr b, which is the same as long as the rate stays; where it
    changes, b is rescaled.
    """

    def __init__(self, params, momentum: float, nesterov: bool, rate_in_velocity: bool):
        super().__init__(params, lr=0, momentum=momentum, nesterov=nesterov, fused=True)
        self.rate_in_velocity = rate_in_velocity

    def set_rate(self, rate: float) -> None:
        if self.rate_in_velocity and rate == 0:
            raise ValueError("learningRate: the baseline's SGD with the rate in the velocity has no rate of 0")
        for group in self.param_groups:
            if self.rate_in_velocity and group["lr"] != rate:
                buffers = [self.state[p].get("momentum_buffer") for p in group["params"]]
                for buffer in buffers:
                    if buffer is not None:
                        buffer.mul_(group["lr"] / rate)
            group["lr"] = rate
