"""What PyTorch's own modules lack: padding as TensorFlow's 'same', optional scale and shift, Keras's running variance."""

import math

import torch
from torch import nn
from torch.nn import functional as F

# What the two sides of each dimension get: ((top, bottom), (left, right))
Padding = tuple[tuple[int, int], tuple[int, int]]


def padding_of(padding: str | list, size: tuple, window: list, stride: list) -> Padding:
    if padding == "valid":
        return (0, 0), (0, 0)
    if padding == "same":
        return tuple(same(*sizes) for sizes in zip(size, window, stride))
    return tuple((n, n) for n in padding)


def same(size: int, window: int, stride: int) -> tuple[int, int]:
    """ceil(size / stride) places; where the padding is uneven, the end gets one more."""
    total = max((math.ceil(size / stride) - 1) * stride + window - size, 0)
    return total // 2, total - total // 2


def is_even(padding: Padding) -> bool:
    return all(before == after for before, after in padding)


def pad(input: torch.Tensor, padding: Padding, value: float = 0) -> torch.Tensor:
    (top, bottom), (left, right) = padding
    return F.pad(input, (left, right, top, bottom), value=value)


def places(size: tuple, window: list, stride: list, padding: Padding) -> tuple[int, int]:
    """Height and width of what a window that moves over [h, w] gives."""
    return tuple((n + sum(p) - w) // s + 1 for n, w, s, p in zip(size, window, stride, padding))


class Conv(nn.Conv2d):
    def __init__(self, channels: int, layer: dict, padding: Padding):
        even = is_even(padding)
        # oneDNN's gradient of strided 1 x 1 convolutions of few channels writes past its memory (PyTorch 2.13), so the
        # pixels in between are left out beforehand.
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
    """The mean of those pixels of a window that are not padding."""

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
    """A normalisation whose scale and shift are optional one by one."""

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
    """Its running variance is the unbiased one, as nn.BatchNorm2d's, or the biased one, as Keras's."""

    def __init__(self, channels: int, layer: dict):
        super().__init__((channels,), layer)
        self.momentum = layer["momentum"]
        self.biased = layer["runningVariance"] == "biased"
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        if not (self.training and self.biased):
            return self.normalise(input, self.running_var)
        # PyTorch adds the unbiased variance, n/(n-1) times the biased one: undone by scaling before and after.
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
