"""From the layers of a config to an nn.Sequential whose state_dict has the package's names."""

import math
from collections import OrderedDict

import torch
from torch import nn
from torch.nn import functional as F

from .initializers import initialize


class BatchNorm(nn.BatchNorm1d):
    """nn.BatchNorm1d with scale and shift optional one by one, and with a running variance that may be the biased one."""

    def __init__(self, features: int, layer: dict):
        super().__init__(features, eps=layer["epsilon"], momentum=layer["momentum"])
        if not layer["scale"]:
            self.register_parameter("weight", None)
        if not layer["shift"]:
            self.register_parameter("bias", None)
        self.biased = layer["runningVariance"] == "biased"

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        if not (self.training and self.biased):
            return super().forward(input)
        # PyTorch adds the unbiased variance, n/(n-1) times the biased one: undone by scaling before and after.
        n = input.shape[0]
        variance = self.running_var * (n / (n - 1))
        output = F.batch_norm(
            input, self.running_mean, variance, self.weight, self.bias, True, self.momentum, self.eps
        )
        with torch.no_grad():
            self.running_var.copy_(variance).mul_((n - 1) / n)
        return output


def build(layers: list[dict], input_shape: tuple[int, ...]) -> nn.Sequential:
    modules = OrderedDict()
    shape = input_shape
    for layer in layers:
        kind = layer["type"]
        if kind == "flatten":
            module = nn.Flatten()
            shape = (math.prod(shape),)
        elif kind == "dense":
            module = dense(shape[0], layer)
            shape = (layer["units"],)
        elif kind == "batchNorm":
            module = BatchNorm(shape[0], layer)
        elif kind == "relu":
            module = nn.ReLU()
        elif kind == "dropout":
            module = nn.Dropout(layer["rate"])
        else:
            raise ValueError(f"model.layers: unknown type {kind}")
        modules[layer["name"]] = module
    return nn.Sequential(modules)


def dense(inputs: int, layer: dict) -> nn.Linear:
    units = layer["units"]
    module = nn.Linear(inputs, units, bias=layer["bias"])
    initialize(module.weight, layer["init"], inputs, units)
    if layer["bias"]:
        initialize(module.bias, layer["biasInit"], inputs, units)
    return module


def layer_weights(model: nn.Sequential) -> dict[str, nn.Parameter]:
    """The layers in the sense of layer rotation: the weights of dense layers, in forward order."""
    return {name: module.weight for name, module in model.named_children() if isinstance(module, nn.Linear)}


def weights(model: nn.Sequential) -> dict[str, torch.Tensor]:
    """Parameters and buffers as the package saves them: nn.BatchNorm1d's count of batches is left out."""
    return {name: tensor for name, tensor in model.state_dict().items() if not name.endswith("num_batches_tracked")}


def load_weights(model: nn.Sequential, tensors: dict[str, torch.Tensor]) -> None:
    counts = {name: tensor for name, tensor in model.state_dict().items() if name.endswith("num_batches_tracked")}
    model.load_state_dict(tensors | counts)
