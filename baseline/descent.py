"""Training by an update rule whose steps are added to the weights; a control overrides `move`."""

import torch
from torch.optim import Optimizer

from .rows import rows
from .rule import make_rule


class Descent(Optimizer):
    """Plain descent: g <- g + weight_decay w for the rule;  w <- w - lr decoupled_decay w + (the rule's step)."""

    def __init__(self, params, rule: dict, lr: float = 0):
        super().__init__(params, {"lr": lr, "weight_decay": 0, "decoupled_decay": 0})
        for group in self.param_groups:
            group["weights"] = [rows(p.detach()) for p in group["params"]]
            group["rule"] = make_rule(rule, group["weights"])

    def set_rate(self, rate: float) -> None:
        for group in self.param_groups:
            group["lr"] = rate

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            weights, lr = group["weights"], group["lr"]
            # Autograd gives a gradient the strides of its parameter, so both have the same order.
            gradients = [rows(p.grad) for p in group["params"]]
            if group["weight_decay"]:
                gradients = torch._foreach_add(gradients, weights, alpha=group["weight_decay"])
            self.move(group, group["rule"].steps(weights, gradients, lr))

    def move(self, group: dict, steps: list[torch.Tensor]) -> None:
        if group["decoupled_decay"]:
            torch._foreach_mul_(group["weights"], 1 - group["lr"] * group["decoupled_decay"])
        torch._foreach_add_(group["weights"], steps)
