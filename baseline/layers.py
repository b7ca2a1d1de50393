"""The types of layers, with the modules that PyTorch lacks: padding as TensorFlow's 'same', optional scale and shift,
Keras's running variance."""

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import nn
from torch.nn import functional as F

from .initializers import initialize

# The pixels on the two sides of each dimension: ((top, bottom), (left, right)).
Padding = tuple[tuple[int, int], tuple[int, int]]


def padding_of(padding: str | list, size: tuple, window: list, stride: list) -> Padding:
    if padding == "valid":
        return (0, 0), (0, 0)
    if padding == "same":
        return tuple(same(*sizes) for sizes in zip(size, window, stride))
    return tuple((n, n) for n in padding)


def same(size: int, window: int, stride: int) -> tuple[int, int]:
    """Returns the padding that leaves ceil(size / stride) places; the end gets the odd pixel."""
    total = max((math.ceil(size / stride) - 1) * stride + window - size, 0)
    return total // 2, total - total // 2


def is_even(padding: Padding) -> bool:
    return all(before == after for before, after in padding)


def pad(input: torch.Tensor, padding: Padding, value: float = 0) -> torch.Tensor:
    (top, bottom), (left, right) = padding
    return F.pad(input, (left, right, top, bottom), value=value)


def places(size: tuple, window: list, stride: list, padding: Padding) -> tuple[int, int]:
    """Returns the height and width of the output of a window that moves over [h, w]."""
    return tuple((n + sum(p) - w) // s + 1 for n, w, s, p in zip(size, window, stride, padding))


class Conv(nn.Conv2d):
    def __init__(self, channels: int, layer: dict, padding: Padding):
        even = is_even(padding)
        # oneDNN's gradient of strided 1 x 1 convolutions of few channels writes past its memory (PyTorch 2.13), so
        # forward() drops the pixels in between beforehand.
        skips = layer["kernel"] == [1, 1] and padding == ((0, 0), (0, 0)) and channels < 16
        super().__init__(
            channels,
            layer["filters"],
            layer["kernel"],
            stride=1 if skips else layer["stride"],
            padding=tuple(before for before, _ in padding) if even else 0,
            groups=layer["groups"],
            bias=layer["bias"],
        )
        self.uneven = None if even else padding
        self.step = tuple(layer["stride"]) if skips else (1, 1)

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        if self.uneven:
            input = pad(input, self.uneven)
        if self.step != (1, 1):
            input = input[:, :, :: self.step[0], :: self.step[1]]
        return super().forward(input)


class MaxPool(nn.Module):
    def __init__(self, layer: dict, padding: Padding):
        super().__init__()
        self.padding = padding
        self.is_even = is_even(padding)
        even = tuple(before for before, _ in padding) if self.is_even else 0
        self.pool = nn.MaxPool2d(layer["size"], layer["stride"], even)

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return self.pool(input if self.is_even else self.padded(input))

    def padded(self, input: torch.Tensor) -> torch.Tensor:
        return pad(input, self.padding, -math.inf)


class AveragePool(nn.Module):
    """The mean of the pixels of a window that are not padding."""

    def __init__(self, layer: dict, padding: Padding, size: tuple):
        super().__init__()
        even = is_even(padding)
        self.pool = nn.AvgPool2d(
            layer["size"], layer["stride"], tuple(p[0] for p in padding) if even else 0, count_include_pad=False
        )
        self.uneven = None if even else padding
        if not even:
            shares = self.pool(pad(torch.ones(1, 1, *size), padding))
            self.register_buffer("shares", shares, persistent=False)

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        if self.uneven is None:
            return self.pool(input)
        return self.pool(pad(input, self.uneven)) / self.shares.to(input.dtype)


class GlobalAveragePool(nn.Module):
    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return F.adaptive_avg_pool2d(input, 1).flatten(1)


class Norm(nn.Module):
    """A normalisation whose scale and shift are each optional."""

    def __init__(self, shape: tuple, layer: dict):
        super().__init__()
        self.epsilon = layer["epsilon"]
        self.weight = nn.Parameter(torch.ones(shape)) if layer["scale"] else None
        self.bias = nn.Parameter(torch.zeros(shape)) if layer["shift"] else None


class LayerNorm(Norm):
    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return F.layer_norm(input, input.shape[1:], self.weight, self.bias, self.epsilon)


class GroupNorm(Norm):
    def __init__(self, channels: int, layer: dict):
        super().__init__((channels,), layer)
        self.groups = layer["groups"]

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return F.group_norm(input, self.groups, self.weight, self.bias, self.epsilon)


class BatchNorm(Norm):
    """A batch normalisation whose running variance is unbiased, as in nn.BatchNorm2d, or biased, as in Keras."""

    def __init__(self, channels: int, layer: dict):
        super().__init__((channels,), layer)
        self.momentum = layer["momentum"]
        self.biased = layer["runningVariance"] == "biased"
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        if not (self.training and self.biased):
            return self.normalise(input, self.running_var)
        # PyTorch adds the unbiased variance, n/(n-1) times the biased one; scaling before and after undoes this.
        n = input.numel() // input.shape[1]
        variance = self.running_var * (n / (n - 1))
        output = self.normalise(input, variance)
        with torch.no_grad():
            torch.mul(variance, (n - 1) / n, out=self.running_var)
        return output

    def normalise(self, input: torch.Tensor, variance: torch.Tensor) -> torch.Tensor:
        return F.batch_norm(
            input, self.running_mean, variance, self.weight, self.bias, self.training, self.momentum, self.epsilon
        )


# A module and the shape that it makes of its input, without the batch.
Made = tuple[nn.Module, tuple]


class LayerType(NamedTuple):
    """A type of layers: how a layer is made from its config and the shape of its input."""

    make: Callable[[dict, tuple], Made]
    # The weight of such a layer is a layer in the sense of layer rotation.
    is_monitored: bool = False
    # The backward pass does not read the output, so that the next layer may overwrite it.
    is_overwritable: bool = False
    # `make` has the argument in_place, true if the layer may overwrite its input.
    takes_in_place: bool = False


def conv(layer: dict, shape: tuple) -> Made:
    channels, *size = shape
    window, stride = layer["kernel"], layer["stride"]
    padding = padding_of(layer["padding"], size, window, stride)
    module = Conv(channels, layer, padding)
    filters, inputs, *_ = module.weight.shape
    initialize_both(module, layer, inputs * math.prod(window), filters * math.prod(window))
    return module, (filters, *places(size, window, stride, padding))


def dense(layer: dict, shape: tuple) -> Made:
    (inputs,), units = shape, layer["units"]
    module = nn.Linear(inputs, units, bias=layer["bias"])
    initialize_both(module, layer, inputs, units)
    return module, (units,)


def initialize_both(module: nn.Module, layer: dict, fan_in: int, fan_out: int) -> None:
    initialize(module.weight, layer["init"], fan_in, fan_out)
    if layer["bias"]:
        initialize(module.bias, layer["biasInit"], fan_in, fan_out)


def max_pool(layer: dict, shape: tuple) -> Made:
    padding, output = pooled(layer, shape)
    return MaxPool(layer, padding), output


def average_pool(layer: dict, shape: tuple) -> Made:
    padding, output = pooled(layer, shape)
    return AveragePool(layer, padding, shape[1:]), output


def pooled(layer: dict, shape: tuple) -> tuple[Padding, tuple]:
    """Returns the padding of a pooling and the shape of its output."""
    channels, *size = shape
    window, stride = layer["size"], layer["stride"]
    padding = padding_of(layer["padding"], size, window, stride)
    return padding, (channels, *places(size, window, stride, padding))


LAYER_TYPES = {
    "conv": LayerType(conv, is_monitored=True, is_overwritable=True),
    "dense": LayerType(dense, is_monitored=True, is_overwritable=True),
    "batchNorm": LayerType(lambda layer, shape: (BatchNorm(shape[0], layer), shape), is_overwritable=True),
    "layerNorm": LayerType(lambda layer, shape: (LayerNorm(shape, layer), shape), is_overwritable=True),
    "groupNorm": LayerType(lambda layer, shape: (GroupNorm(shape[0], layer), shape), is_overwritable=True),
    "relu": LayerType(lambda layer, shape, in_place: (nn.ReLU(in_place), shape), takes_in_place=True),
    "leakyRelu": LayerType(
        lambda layer, shape, in_place: (nn.LeakyReLU(layer["slope"], in_place), shape), takes_in_place=True
    ),
    "gelu": LayerType(lambda layer, shape: (nn.GELU(layer["approximation"]), shape)),
    "maxPool": LayerType(max_pool),
    "averagePool": LayerType(average_pool),
    "globalAveragePool": LayerType(lambda layer, shape: (GlobalAveragePool(), shape[:1])),
    "dropout": LayerType(lambda layer, shape: (nn.Dropout(layer["rate"]), shape)),
    "flatten": LayerType(lambda layer, shape: (nn.Flatten(), (math.prod(shape),))),
}
