"""From the layers of a config to a module whose state_dict has the package's names."""

import math

import torch
from torch import nn

from .initializers import initialize
from .layers import AveragePool, BatchNorm, Conv, GlobalAveragePool, GroupNorm, LayerNorm, MaxPool, padding_of, places

# Their backward passes do not read their outputs, so that what follows may overwrite these.
OVERWRITABLE = {"conv", "dense", "batchNorm", "layerNorm", "groupNorm", "residual"}


class Chain:
    """Layers one after the other. The modules are the network's, where they stand under their names."""

    def __init__(self, steps: list):
        self.steps = steps

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        for step in self.steps:
            x = step(x)
        return x


class Residual:
    def __init__(self, layers: Chain, shortcut: Chain, in_place: bool):
        self.layers, self.shortcut, self.in_place = layers, shortcut, in_place

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        y = self.layers(x)
        return y.add_(self.shortcut(x)) if self.in_place else y + self.shortcut(x)


class Network(nn.Module):
    def __init__(self, layers: list[dict], input_shape: tuple[int, ...]):
        super().__init__()
        self.monitored: list[str] = []
        self.chain, _ = self.add_all(layers, input_shape)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.chain(images)

    def add_all(self, layers: list[dict], shape: tuple) -> tuple[Chain, tuple]:
        """The layers as a chain, and the shape that they make of `shape`."""
        steps = []
        before = None
        for layer in layers:
            if layer["type"] == "residual":
                main, output_shape = self.add_all(layer["layers"], shape)
                shortcut, _ = self.add_all(layer["shortcut"], shape)
                steps.append(Residual(main, shortcut, layer["layers"][-1]["type"] in OVERWRITABLE))
                shape = output_shape
            else:
                module, shape = make(layer, shape, in_place=before in OVERWRITABLE)
                self.add(layer, module)
                steps.append(module)
            before = layer["type"]
        return Chain(steps), shape

    def add(self, layer: dict, module: nn.Module) -> None:
        """Puts layer1.0.conv1 where state_dict will call it so."""
        *parents, last = layer["name"].split(".")
        place = self
        for parent in parents:
            if parent not in dict(place.named_children()):
                place.add_module(parent, nn.Module())
            place = place.get_submodule(parent)
        place.add_module(last, module)
        if layer["type"] in ("conv", "dense"):
            self.monitored.append(layer["name"])

    def layer_weights(self) -> dict[str, nn.Parameter]:
        """The layers in the sense of layer rotation, in forward order, a block's shortcut after its other layers."""
        return {name: self.get_submodule(name).weight for name in self.monitored}


def make(layer: dict, shape: tuple, in_place: bool) -> tuple[nn.Module, tuple]:
    """A layer's module and the shape that it makes of `shape`, both without the batch."""
    kind = layer["type"]
    match kind:
        case "conv":
            return conv(layer, shape)
        case "dense":
            return dense(layer, shape[0]), (layer["units"],)
        case "batchNorm":
            return BatchNorm(shape[0], layer), shape
        case "layerNorm":
            return LayerNorm(shape, layer), shape
        case "groupNorm":
            return GroupNorm(shape[0], layer), shape
        case "relu":
            return nn.ReLU(in_place), shape
        case "leakyRelu":
            return nn.LeakyReLU(layer["slope"], in_place), shape
        case "gelu":
            return nn.GELU(layer["approximation"]), shape
        case "maxPool" | "averagePool":
            return pool(layer, shape)
        case "globalAveragePool":
            return GlobalAveragePool(), shape[:1]
        case "dropout":
            return nn.Dropout(layer["rate"]), shape
        case "flatten":
            return nn.Flatten(), (math.prod(shape),)
    raise ValueError(f"model.layers: unknown type {kind}")


def conv(layer: dict, shape: tuple) -> tuple[nn.Module, tuple]:
    channels, *size = shape
    window, stride = layer["kernel"], layer["stride"]
    padding = padding_of(layer["padding"], size, window, stride)
    module = Conv(channels, layer, padding)
    filters, inputs, *_ = module.weight.shape
    initialize_both(module, layer, inputs * math.prod(window), filters * math.prod(window))
    return module, (filters, *places(size, window, stride, padding))


def dense(layer: dict, inputs: int) -> nn.Module:
    module = nn.Linear(inputs, layer["units"], bias=layer["bias"])
    initialize_both(module, layer, inputs, layer["units"])
    return module


def initialize_both(module: nn.Module, layer: dict, fan_in: int, fan_out: int) -> None:
    initialize(module.weight, layer["init"], fan_in, fan_out)
    if layer["bias"]:
        initialize(module.bias, layer["biasInit"], fan_in, fan_out)


def pool(layer: dict, shape: tuple) -> tuple[nn.Module, tuple]:
    channels, *size = shape
    window, stride = layer["size"], layer["stride"]
    padding = padding_of(layer["padding"], size, window, stride)
    module = MaxPool(layer, padding) if layer["type"] == "maxPool" else AveragePool(layer, padding, size)
    return module, (channels, *places(size, window, stride, padding))


def load_weights(network: Network, tensors: dict[str, torch.Tensor]) -> None:
    """Buffers may be missing, parameters may not."""
    missing, unexpected = network.load_state_dict(tensors, strict=False)
    wrong = [*unexpected, *(name for name in missing if name in dict(network.named_parameters()))]
    if wrong:
        raise ValueError(f"initial weights: {', '.join(wrong)} missing or unknown")
