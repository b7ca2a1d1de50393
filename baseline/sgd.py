"""SGD whose velocity holds the learning rate, as in Keras (torch.optim.SGD multiplies by it afterwards)."""

import torch


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


class SGD(torch.optim.SGD):
    """v <- momentum v - lr g;  w <- w + v, or with nesterov  w <- w + momentum v - lr g.

    torch.optim's fused SGD keeps b = -v / lr, which is the same as long as the rate stays; where it changes, b is rescaled.
    """

    def __init__(self, params, momentum: float, nesterov: bool):
        # Without momentum nesterov means nothing, and torch refuses it.
        super().__init__(params, lr=0, momentum=momentum, nesterov=nesterov and momentum > 0, fused=True)

    def set_rate(self, rate: float) -> None:
        for group in self.param_groups:
            if group["lr"] != rate:
                buffers = [self.state[p].get("momentum_buffer") for p in group["params"]]
                for buffer in buffers:
                    if buffer is not None:
                        buffer.mul_(group["lr"] / rate)
            group["lr"] = rate
