"""python bench/python_once.py THREADS SECONDS: times layer_rotation.py beside training steps in PyTorch.

It prints nanoseconds for each network, as JSON: {"resnet18": {"parameters": n, "steps": [...], "measure": [...],
"copy": [...], "measureWithAngles": [...]}, ...}: a training step; step() after it where it measures; with angles, step()
where it copies the weights for the next one, and where it measures.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "assets" / "python"))

from layer_rotation import LayerRotation


class Block(nn.Module):
    """A basic block of ResNet-18."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        stride = 1 if inputs == outputs else 2
        self.path = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )
        self.shortcut = nn.Identity() if stride == 1 else nn.Conv2d(inputs, outputs, 1, 2, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.path(x) + self.shortcut(x))


def resnet18() -> tuple[nn.Module, Callable[[nn.Module], torch.Tensor]]:
    """11.2 million parameters, on 128 images of CIFAR's size."""
    widths = [64, 64, 64, 128, 128, 256, 256, 512, 512]
    blocks = [Block(a, b) for a, b in zip(widths, widths[1:])]
    stem = [nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU()]
    model = nn.Sequential(*stem, *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))
    images, labels = torch.randn(128, 3, 32, 32), torch.randint(0, 10, (128,))
    return model, lambda network: nn.functional.cross_entropy(network(images), labels)


def transformer() -> tuple[nn.Module, Callable[[nn.Module], torch.Tensor]]:
    """9.7 million parameters: six layers of width 320 and 8,192 tokens, on 8 sequences of 256."""
    width, tokens = 320, 8192
    layer = nn.TransformerEncoderLayer(width, 8, 4 * width, dropout=0, batch_first=True)
    encoder = nn.TransformerEncoder(layer, 6, enable_nested_tensor=False)
    embedding, head = nn.Embedding(tokens, width), nn.Linear(width, tokens, bias=False)
    head.weight = embedding.weight
    model = nn.Sequential(embedding, encoder, head)
    words = torch.randint(0, tokens, (8, 257))
    mask = nn.Transformer.generate_square_subsequent_mask(256)

    def loss(network: nn.Module) -> torch.Tensor:
        inner = encoder(embedding(words[:, :-1]), mask=mask, is_causal=True)
        return nn.functional.cross_entropy(head(inner).flatten(0, 1), words[:, 1:].flatten())

    return model, loss


def times(make: Callable[[], tuple], seconds: float) -> dict[str, object]:
    torch.manual_seed(1)
    model, loss = make()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    parameters = sum(one.numel() for one in model.parameters())
    with tempfile.TemporaryDirectory() as folder:
        # Each measures every other step, so that with angles one step copies the weights and the next measures them.
        plain = LayerRotation(model, every=2, folder=f"{folder}/plain")
        angles = LayerRotation(model, every=2, folder=f"{folder}/angles", angles=True)
        result: dict[str, list[int]] = {"steps": [], "measure": [], "copy": [], "measureWithAngles": []}

        def timed(key: str, call: Callable[[], object]) -> None:
            start = time.perf_counter_ns()
            call()
            result[key].append(time.perf_counter_ns() - start)

        def step() -> None:
            optimizer.zero_grad()
            loss(model).backward()
            optimizer.step()

        end = time.monotonic() + seconds
        turn = 0
        # The first two turns warm up: they allocate, and write the initial weights.
        while turn < 6 or time.monotonic() < end:
            timed("steps", step)
            if turn % 2 == 0:
                plain.step()
                timed("copy", angles.step)
            else:
                timed("measure", plain.step)
                timed("measureWithAngles", angles.step)
            turn += 1
    warm = {key: samples[2 if key == "steps" else 1 :] for key, samples in result.items()}
    return {"parameters": parameters, **warm}


def main() -> None:
    threads, seconds = (int(argument) for argument in sys.argv[1:])
    torch.set_num_threads(threads)
    print(json.dumps({make.__name__: times(make, seconds) for make in (resnet18, transformer)}))


main()
