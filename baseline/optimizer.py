"""The optimizer of a config, with its weight decay."""

import torch

from .layca import Layca
from .model import Network
from .sgd import SGD


def make_optimizer(config: dict, network: Network) -> SGD | Layca:
    """Under Layca only the layers' weights train: the rest needs no gradients. Its rate is set before every epoch."""
    optimizer = config["optimizer"]
    is_layca = optimizer["type"] == "layca"
    rule = optimizer["rule"] if is_layca else optimizer
    if rule["type"] != "sgd":
        raise ValueError(f"optimizer: unknown rule {rule['type']}")
    if is_layca:
        network.requires_grad_(False)
        for weight in network.layer_weights().values():
            weight.requires_grad_(True)
    groups = by_weight_decay(config["regularization"], network)
    make = Layca if is_layca else SGD
    return make(groups, momentum=rule["momentum"], nesterov=rule["nesterov"])


def by_weight_decay(regularization: dict | None, network: Network) -> list[dict]:
    """The trained parameters in groups as torch.optim takes them."""
    parameters = {name: p for name, p in network.named_parameters() if p.requires_grad}
    if regularization is None:
        return [{"params": list(parameters.values())}]
    if regularization["type"] == "weightDecay":
        return [{"params": list(parameters.values()), "weight_decay": regularization["factor"]}]
    # The gradient of the paper's penalty, the factor times the sum of squares, is twice the factor times the weights.
    decayed = {f"{name}.weight" for name in network.monitored if name not in regularization["except"]}
    groups = [
        {"params": [p for name, p in parameters.items() if name in decayed], "weight_decay": 2 * regularization["factor"]},
        {"params": [p for name, p in parameters.items() if name not in decayed]},
    ]
    return [group for group in groups if group["params"]]
