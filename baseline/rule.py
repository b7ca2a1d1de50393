"""The update rules of a config: a new one is a file and a line in RULES."""

from typing import Protocol

import torch

from .adagrad import Adagrad
from .adam import Adam
from .effective_sgd import EffectiveSGD
from .lion import Lion
from .muon import Muon
from .nor_muon import NorMuon
from .normalized_sgd import NormalizedSGD
from .rmsprop import RMSprop
from .sgd import SGD
from .sgd_adam_momentum import SGDAdamMomentum


class Rule(Protocol):
    """An update rule with its state, for weights as rows.py has them."""

    def __init__(self, weights: list[torch.Tensor], config: dict): ...

    def steps(self, weights: list[torch.Tensor], gradients: list[torch.Tensor], lr: float) -> list[torch.Tensor]:
        """Returns what the rule adds to the weights. It may be the rule's own state, so it must not be overwritten."""


# The rules by their type in the config. AdamW is Adam; optimizer.py sets its decoupled decay.
RULES: dict[str, type[Rule]] = {
    "sgd": SGD,
    "sgdAdamMomentum": SGDAdamMomentum,
    "adam": Adam,
    "adamW": Adam,
    "rmsprop": RMSprop,
    "adagrad": Adagrad,
    "normalizedSgd": NormalizedSGD,
    "effectiveSgd": EffectiveSGD,
    "lion": Lion,
    "muon": Muon,
    "norMuon": NorMuon,
}


def make_rule(config: dict, weights: list[torch.Tensor]) -> Rule:
    return RULES[config["type"]](weights, config)
