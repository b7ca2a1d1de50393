"""Layca on any rule: every step turns each layer's weights by atan(lr) and keeps their norm (arXiv 1806.01603v2)."""

import torch
from torch.optim import Optimizer

from .flat import flat
from .norms import dots, norms
from .rule import make_rule

# Tangential steps this short, learning rate included, are no direction.
SHORTEST = 1e-7


class Layca(Optimizer):
    """The step that the rule proposes, without its component along w, scaled to lr |w|; then the initial norm restored.

    Decoupled weight decay would only shorten the weights, so there is none. Make it after the initial weights have been
    loaded: their norms are the ones that are kept.
    """

    @torch.no_grad()
    def __init__(self, params, rule: dict, lr: float = 0):
        super().__init__(params, {"lr": lr, "weight_decay": 0})
        for group in self.param_groups:
            group["weights"] = [flat(p.detach()) for p in group["params"]]
            group["rule"] = make_rule(rule, group["weights"])
            group["norms"] = norms(group["weights"])

    def set_rate(self, rate: float) -> None:
        for group in self.param_groups:
            group["lr"] = rate

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            weights, lr = group["weights"], group["lr"]
            # Autograd gives a gradient the strides of its parameter, so both are flat in the same order.
            gradients = [flat(p.grad) for p in group["params"]]
            if group["weight_decay"]:
                gradients = torch._foreach_add(gradients, weights, alpha=group["weight_decay"])
            steps = group["rule"].steps(weights, gradients, lr)
            lengths = norms(weights)
            along = [-dot / length**2 for dot, length in zip(dots(weights, steps), lengths)]
            steps = torch._foreach_addcmul(steps, weights, along)
            step_lengths = norms(steps)
            scales = [torch.where(s > SHORTEST, lr * w / s, 0) for s, w in zip(step_lengths, lengths)]
            torch._foreach_addcmul_(weights, steps, scales)
            torch._foreach_mul_(weights, torch._foreach_div(group["norms"], norms(weights)))
