"""The update rules of a config."""

from typing import Protocol

import torch

from .adagrad import Adagrad
from .adam import Adam
from .rmsprop import RMSprop
from .scaled_sgd import EffectiveSGD, NormalizedSGD
from .sgd import SGD, SGDAdamMomentum


class Rule(Protocol):
    """Made from the weights that it will move, flat, with the settings of its config."""

    def steps(self, weights: list[torch.Tensor], gradients: list[torch.Tensor], lr: float) -> list[torch.Tensor]:
        """What it adds to the weights. It may be the rule's own state, so it is not to be overwritten."""


def make_rule(config: dict, weights: list[torch.Tensor]) -> Rule:
    match config["type"]:
        case "sgd":
            return SGD(
                weights, config["momentum"], config["dampening"], config["nesterov"], config["rateInVelocity"]
            )
        case "sgdAdamMomentum":
            return SGDAdamMomentum(weights, config["momentum"])
        case "adam" | "adamW":
            betas = (config["beta1"], config["beta2"])
            return Adam(weights, betas, config["epsilon"], config["epsilonHat"], config["amsgrad"])
        case "rmsprop":
            return RMSprop(weights, config["rho"], config["epsilon"])
        case "adagrad":
            return Adagrad(weights, config["epsilon"], config["initialAccumulator"])
        case "normalizedSgd":
            return NormalizedSGD()
        case "effectiveSgd":
            return EffectiveSGD()
    raise ValueError(f"optimizer: the baseline has no rule {config['type']}")
