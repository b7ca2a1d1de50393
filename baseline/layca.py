"""Layca on any rule: every step turns each layer's weights by atan(lr) and keeps their norm (arXiv 1806.01603v2)."""

import torch

from .descent import Descent
from .norms import dots, norms

# Tangential steps this short, including the learning rate, have no reliable direction and are skipped.
SHORTEST = 1e-7


class Layca(Descent):
    """Layca: the rule's step without its component along w, scaled to lr |w|; then the initial norm is restored.

    Decoupled weight decay would only shorten the weights, so Layca has none. It keeps the norms that the weights
    have when it is made: load the initial weights first.
    """

    @torch.no_grad()
    def __init__(self, params, rule: dict, lr: float = 0):
        super().__init__(params, rule, lr)
        for group in self.param_groups:
            group["norms"] = norms(group["weights"])

    def move(self, group: dict, steps: list[torch.Tensor]) -> None:
        weights, lr = group["weights"], group["lr"]
        lengths = norms(weights)
        along = [-dot / length**2 for dot, length in zip(dots(weights, steps), lengths)]
        steps = torch._foreach_addcmul(steps, weights, along)
        step_lengths = norms(steps)
        scales = [torch.where(s > SHORTEST, lr * w / s, 0) for s, w in zip(step_lengths, lengths)]
        torch._foreach_addcmul_(weights, steps, scales)
        torch._foreach_mul_(weights, torch._foreach_div(group["norms"], norms(weights)))
