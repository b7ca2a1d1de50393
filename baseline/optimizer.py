"""The optimizer of a config, with its weight decay."""

import torch

from .descent import Descent
from .fused_sgd import FusedSGD
from .layca import Layca
from .model import Network
from .rule import RULES


def make_optimizer(config: dict, network: Network) -> FusedSGD | Descent | Layca:
    """Makes the optimizer; its rate is set before each step. Under Layca only the layers' weights need gradients."""
    refuse_what_is_missing(config)
    optimizer = config["optimizer"]
    if optimizer["type"] == "layca":
        network.requires_grad_(False)
        for weight in network.layer_weights().values():
            weight.requires_grad_(True)
        return Layca(by_weight_decay(config, network), optimizer["rule"])
    groups = by_weight_decay(config, network)
    is_decoupled = any(group.get("decoupled_decay") for group in groups)
    if optimizer["type"] == "sgd" and not optimizer["dampening"] and not is_decoupled:
        return FusedSGD(groups, optimizer["momentum"], optimizer["nesterov"], optimizer["rateInVelocity"])
    return Descent(groups, optimizer)


def refuse_what_is_missing(config: dict) -> None:
    optimizer = config["optimizer"]
    if optimizer["type"] not in RULES and optimizer["type"] != "layca":
        raise ValueError(f"optimizer: the baseline has the update rules alone and under layca, not {optimizer['type']}")
    if optimizer["type"] == "layca" and optimizer.get("per", "layer") != "layer":
        raise ValueError(f"optimizer.per: the baseline has layca by layer, not by {optimizer['per']}")
    if config.get("averaging"):
        raise ValueError("averaging: the baseline keeps no average of the weights")
    for key in ("groups", "multipliers"):
        if config.get(key):
            raise ValueError(f"{key}: the baseline trains all parameters at one rate, or under layca all layers")


def by_weight_decay(config: dict, network: Network) -> list[dict]:
    """Groups the trained parameters as torch.optim expects them, by their coupled and decoupled decay."""
    layers = {f"{name}.weight" for name in network.monitored}
    groups: dict[tuple[float, float], list[torch.Tensor]] = {}
    for name, parameter in network.named_parameters():
        if parameter.requires_grad:
            decay = decay_of(name, name in layers, config)
            groups.setdefault(decay, []).append(parameter)
    return [as_group(parameters, *decay) for decay, parameters in groups.items()]


def as_group(parameters: list[torch.Tensor], coupled: float, decoupled: float) -> dict:
    """Makes a group; torch.optim does not know decoupled_decay, so the key is left out if it is 0."""
    group = {"params": parameters, "weight_decay": coupled}
    return group | {"decoupled_decay": decoupled} if decoupled else group


def decay_of(name: str, is_layer: bool, config: dict) -> tuple[float, float]:
    """Returns c of the gradient c w added to the loss's gradient, and c of the step -lr c w added to the rule's step."""
    rule = config["optimizer"].get("rule", config["optimizer"])
    own = rule["weightDecay"] if rule["type"] == "adamW" else 0
    regularization = config["regularization"]
    if regularization is None:
        return 0, own
    factor = regularization["factor"]
    if regularization["type"] == "weightDecay":
        return factor, own
    if not is_layer or name.removesuffix(".weight") in regularization["except"]:
        return 0, own
    if regularization["type"] == "decoupledWeightDecay":
        return 0, factor
    # The gradient of the paper's penalty, the factor times the sum of squares, is twice the factor times the weights.
    return 2 * factor, own
