"""Small trainings in PyTorch that layer_rotation.py records, and their numbers in decimal arithmetic.

    python test/python/trained.py FOLDER [--resume] [--kill STEP]

trains 60 steps, with a checkpoint after each 20th, and dies at a step as kill -9 does.
"""

import argparse
import os
import signal
import sys
from decimal import Decimal, localcontext
from pathlib import Path

import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "assets" / "python"))

from layer_rotation import LayerRotation


def network(seed: int = 1) -> nn.Sequential:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 16, 5))


def train_step(model: nn.Module, optimizer: torch.optim.Optimizer, step: int) -> None:
    """A step on a batch that follows from the number of the step."""
    generator = torch.Generator().manual_seed(step)
    dtype = next(model.parameters()).dtype
    images = torch.randn(8, 1, 6, 6, generator=generator).to(dtype)
    labels = torch.randint(0, 5, (8,), generator=generator)
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(images).float(), labels).backward()
    optimizer.step()


def exactly(weight: torch.Tensor) -> list[Decimal]:
    return [Decimal(value) for value in weight.detach().double().flatten().tolist()]


def dot(a: list[Decimal], b: list[Decimal]) -> Decimal:
    return sum((x * y for x, y in zip(a, b)), Decimal(0))


def arcsine(sine: Decimal) -> Decimal:
    """By its power series, for angles below a tenth of a right angle or so."""
    term, total = sine, Decimal(0)
    for n in range(1, 80, 2):
        total += term / n
        term *= sine * sine * n / (n + 1)
    return total


def expected(initial: list[Decimal], before: list[Decimal], now: list[Decimal]) -> dict[str, float]:
    """The textbook formulas, with 60 digits, which no cancellation reaches."""
    with localcontext() as context:
        context.prec = 60
        norm, old = dot(now, now).sqrt(), dot(before, before).sqrt()
        change = [x - y for x, y in zip(now, before)]
        radial = dot(change, before) / old
        tangential = (dot(change, change) - radial * radial).sqrt()
        sine = tangential / norm  # the side of the triangle that is opposite to the angle
        return {
            "rotation": float(1 - dot(initial, now) / (dot(initial, initial).sqrt() * norm)),
            "angle": float(arcsine(sine)),
            "norm": float(norm),
            "radial": float(radial),
            "tangential": float(tangential),
        }


def main(folder: str, dtype: str, every: int, rate: float, epochs: bool) -> list[dict[str, float]]:
    """Trains 20 steps; returns the numbers of both layers after every k-th one."""
    model = network().to(getattr(torch, dtype), memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    layers = [model[0].weight, model[4].weight]
    initial = [exactly(layer) for layer in layers]
    rows = []
    with LayerRotation(model, every, folder, angles=True) as rotation:
        for step in range(1, 21):
            before = [exactly(layer) for layer in layers]
            train_step(model, optimizer, step)
            rotation.step(step / 8 if epochs else None)
            if step % every == 0:
                rows += [expected(*three) for three in zip(initial, before, map(exactly, layers))]
    return rows


def command() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--kill", type=int)
    given = parser.parse_args()
    # A resumed process draws other weights; the checkpoint has the trained ones, and the folder the initial ones.
    model = network(seed=2 if given.resume else 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    rotation = LayerRotation(model, every=3, folder=given.folder, angles=True)
    checkpoint = given.folder.with_suffix(".pt")
    done = 0
    if given.resume:
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        rotation.load_state_dict(state["rotation"])
        done = state["step"]
    with rotation:
        for step in range(done + 1, 61):
            train_step(model, optimizer, step)
            rotation.step()
            if step % 20 == 0:
                parts = {"model": model, "optimizer": optimizer, "rotation": rotation}
                torch.save({"step": step, **{name: part.state_dict() for name, part in parts.items()}}, checkpoint)
            if step == given.kill:
                os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    command()
