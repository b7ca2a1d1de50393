"""Chains of operations of torchvision's RandAugment on images of bytes."""

import base64
import sys

import torch

sys.path.insert(0, "test/support/pytorch")
from import_torchvision import import_torchvision  # noqa: E402


def main(packages: str, shape: list[int], jobs: list[list]) -> list[str]:
    """Each job is an image, in base64, and its operations: name, magnitude of 0 to 30, and 1 or -1, the sign."""
    import_torchvision(packages)
    from torchvision.transforms.autoaugment import InterpolationMode, RandAugment, _apply_op

    bins = 31
    space = RandAugment()._augmentation_space(bins, tuple(shape[1:]))
    results = []
    for encoded, operations in jobs:
        image = torch.frombuffer(bytearray(base64.b64decode(encoded)), dtype=torch.uint8).view(shape)
        for name, index, sign in operations:
            magnitudes, is_signed = space[name]
            magnitude = float(magnitudes[index].item()) if magnitudes.ndim > 0 else 0.0
            if is_signed:
                magnitude *= sign
            image = _apply_op(image, name, magnitude, InterpolationMode.NEAREST, None)
        results.append(base64.b64encode(bytes(image.flatten().tolist())).decode())
    return results
