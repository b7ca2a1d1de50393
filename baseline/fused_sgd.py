import torch


class FusedSGD(torch.optim.SGD):
    """SGD without dampening, in torch.optim's fused kernel.

    It keeps the velocity b without the rate. Keras's is v = -lr b, which is the same while the rate is constant; when
    the rate changes, b is rescaled.
    """

    def __init__(self, params, momentum: float, nesterov: bool, rate_in_velocity: bool):
        super().__init__(params, lr=0, momentum=momentum, nesterov=nesterov, fused=True)
        self.rate_in_velocity = rate_in_velocity

    def set_rate(self, rate: float) -> None:
        if self.rate_in_velocity and rate == 0:
            raise ValueError("learningRate: the baseline's SGD with the rate in the velocity needs a rate above 0")
        for group in self.param_groups:
            if self.rate_in_velocity and group["lr"] != rate:
                buffers = [self.state[p].get("momentum_buffer") for p in group["params"]]
                for buffer in buffers:
                    if buffer is not None:
                        buffer.mul_(group["lr"] / rate)
            group["lr"] = rate
