"""The boxes that torchvision's RandomErasing draws from given random numbers."""

import sys
from unittest.mock import patch

import torch

sys.path.insert(0, "test/support/pytorch")
from import_torchvision import import_torchvision  # noqa: E402


def main(packages: str, size: list[int], scale: list[float], ratio: list[float], numbers: list[list[float]]) -> list:
    """`numbers`: the random numbers of each image, 0 to 1. Returns top, bottom, left and right of each box."""
    RandomErasing = import_torchvision(packages).transforms.RandomErasing
    image, boxes = torch.zeros(1, *size), []
    for given in numbers:
        left = iter(given)

        def uniform(tensor, low, high):
            return tensor.fill_(float(low) + (float(high) - float(low)) * next(left))

        def randint(low, high, size):
            return torch.full(size, low + int((high - low) * next(left)))

        with patch.object(torch.Tensor, "uniform_", uniform), patch.object(torch, "randint", randint):
            top, first, rows, columns, value = RandomErasing.get_params(image, scale, ratio, [0.0])
        boxes.append([0, 0, 0, 0] if value is image else [top, top + rows, first, first + columns])
    return boxes
