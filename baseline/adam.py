import math

import torch


class Adam:
    """Adam: m <- b1 m + (1 - b1) g;  v <- b2 v + (1 - b2) g².

    As in Keras and the paper (epsilon_hat): w <- w - lr sqrt(1 - b2^t) / (1 - b1^t) m / (sqrt(v) + eps).
    As in torch.optim: w <- w - lr / (1 - b1^t) m / (sqrt(v) / sqrt(1 - b2^t) + eps).
    With amsgrad the largest v so far replaces v in the step.
    """

    def __init__(self, weights, config: dict):
        self.betas = config["beta1"], config["beta2"]
        self.epsilon, self.epsilon_hat = config["epsilon"], config["epsilonHat"]
        self.t = 0
        self.first, self.second = ([torch.zeros_like(w) for w in weights] for _ in range(2))
        self.largest = [torch.zeros_like(w) for w in weights] if config["amsgrad"] else None

    def steps(self, weights, gradients, lr):
        beta1, beta2 = self.betas
        self.t += 1
        torch._foreach_lerp_(self.first, gradients, 1 - beta1)
        torch._foreach_mul_(self.second, beta2)
        torch._foreach_addcmul_(self.second, gradients, gradients, 1 - beta2)
        if self.largest is not None:
            torch._foreach_maximum_(self.largest, self.second)
        denominators = torch._foreach_sqrt(self.largest or self.second)
        lr = lr / (1 - beta1**self.t)
        correction = math.sqrt(1 - beta2**self.t)
        if self.epsilon_hat:
            lr *= correction
        else:
            torch._foreach_div_(denominators, correction)
        torch._foreach_add_(denominators, self.epsilon)
        steps = torch._foreach_mul(self.first, -lr)
        torch._foreach_div_(steps, denominators)
        return steps
