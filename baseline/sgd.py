"""SGD whose velocity holds the learning rate, as in Keras (torch.optim.SGD multiplies by it afterwards)."""

import torch
from torch.optim import Optimizer


def sgd_steps(
    gradients: list[torch.Tensor],
    velocities: list[torch.Tensor] | None,
    lr: float,
    momentum: float,
    nesterov: bool,
) -> list[torch.Tensor]:
    """The steps that SGD proposes; updates `velocities` in place. Without momentum there are none."""
    if velocities is None:
        return torch._foreach_mul(gradients, -lr)
    torch._foreach_mul_(velocities, momentum)
    torch._foreach_add_(velocities, gradients, alpha=-lr)
    if not nesterov:
        return velocities
    steps = torch._foreach_mul(velocities, momentum)
    torch._foreach_add_(steps, gradients, alpha=-lr)
    return steps


class SGD(Optimizer):
    """v <- momentum v - lr g;  w <- w + v, or with nesterov  w <- w + momentum v - lr g."""

    def __init__(self, params, lr: float, momentum: float = 0, nesterov: bool = False):
        super().__init__(params, {"lr": lr, "momentum": momentum, "nesterov": nesterov})
        for group in self.param_groups:
            group["velocities"] = [torch.zeros_like(p) for p in group["params"]] if momentum else None

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            gradients = [p.grad for p in group["params"]]
            lr, momentum, velocities = group["lr"], group["momentum"], group["velocities"]
            if velocities is None:
                torch._foreach_add_(group["params"], gradients, alpha=-lr)
            else:
                steps = sgd_steps(gradients, velocities, lr, momentum, group["nesterov"])
                torch._foreach_add_(group["params"], steps)
