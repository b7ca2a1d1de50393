"""A network made from the layers of a config; its state_dict has the package's names."""

import torch
from torch import nn

from .layers import LAYER_TYPES


def is_overwritable(layer: dict | None) -> bool:
    """Returns whether the next layer may overwrite this one's output. The gradient of a sum does not read the sum."""
    return layer is not None and (layer["type"] == "residual" or LAYER_TYPES[layer["type"]].is_overwritable)


class Chain:
    """Layers one after the other. Their modules belong to the network, which holds them under their names."""

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
        """Returns the layers as a chain, and the shape that they make of `shape`."""
        steps = []
        before = None
        for layer in layers:
            if layer["type"] == "residual":
                main, output_shape = self.add_all(layer["layers"], shape)
                shortcut, _ = self.add_all(layer["shortcut"], shape)
                steps.append(Residual(main, shortcut, is_overwritable(layer["layers"][-1])))
                shape = output_shape
            else:
                module, shape = make(layer, shape, in_place=is_overwritable(before))
                self.add(layer, module)
                steps.append(module)
            before = layer
        return Chain(steps), shape

    def add(self, layer: dict, module: nn.Module) -> None:
        """Adds the module of layer1.0.conv1 at the place where state_dict gives it this name."""
        *parents, last = layer["name"].split(".")
        place = self
        for parent in parents:
            if parent not in dict(place.named_children()):
                place.add_module(parent, nn.Module())
            place = place.get_submodule(parent)
        place.add_module(last, module)
        if LAYER_TYPES[layer["type"]].is_monitored:
            self.monitored.append(layer["name"])

    def layer_weights(self) -> dict[str, nn.Parameter]:
        """Returns the weights of the monitored layers in forward order; a block's shortcut follows its other layers."""
        return {name: self.get_submodule(name).weight for name in self.monitored}


def make(layer: dict, shape: tuple, in_place: bool) -> tuple[nn.Module, tuple]:
    """Returns a layer's module and the shape that it makes of `shape`, both without the batch."""
    if layer["type"] not in LAYER_TYPES:
        raise ValueError(f"model.layers: type is {layer['type']}; expected one of {', '.join(LAYER_TYPES)}, residual")
    made = LAYER_TYPES[layer["type"]]
    return made.make(layer, shape, in_place=in_place) if made.takes_in_place else made.make(layer, shape)


def load_weights(network: Network, tensors: dict[str, torch.Tensor]) -> None:
    """Overwrites the parameters and buffers of a network. Buffers may be missing, parameters may not."""
    missing, unexpected = network.load_state_dict(tensors, strict=False)
    wrong = [*unexpected, *(name for name in missing if name in dict(network.named_parameters()))]
    if wrong:
        raise ValueError(f"initial weights: {', '.join(wrong)} missing or unknown")
