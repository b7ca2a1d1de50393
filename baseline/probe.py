"""python -m baseline.probe CONFIG --out FILE [--initial FILE] [--batch N] [--double]

It sends one batch through the network of a config, without augmentation and without a step. The safetensors file holds

- `evaluation.logits`: the logits in evaluation mode, which are computed first
- `logits`, `loss` and `gradient.<name>` of every trained parameter, in training mode
- `state.<name>`: all weights and running statistics afterwards
- `margin`: how close an input of a relu was to zero, or a max pooling to choosing another number, in standard
  deviations of the layer's input. If it is zero up to rounding, two correct programs may decide differently, and their
  gradients differ.
"""

import argparse
import json
import math
import sys
from pathlib import Path

import torch
from torch import nn

from . import safetensors
from .layers import MaxPool
from .setup import Setup, set_up


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m baseline.probe", description="One batch through a network.")
    parser.add_argument("config", type=Path, help="a config.json")
    parser.add_argument("--out", type=Path, required=True, help="the safetensors file to write")
    parser.add_argument("--initial", type=Path, help="weights; default: drawn as the config says")
    parser.add_argument("--batch", type=int, default=8, help="how many training images, from the first on; default: 8")
    parser.add_argument("--double", action="store_true", help="compute in double precision")
    arguments = parser.parse_args(argv)
    setup = set_up(json.loads(arguments.config.read_text()), arguments.initial)
    safetensors.save(arguments.out, probe(setup, arguments.batch, arguments.double))
    return 0


def probe(setup: Setup, count: int, is_double: bool) -> dict[str, torch.Tensor]:
    images, labels = setup.train.batch(torch.arange(count, device=setup.device))
    network = setup.network
    forward = setup.forward
    if is_double:
        forward, images = network.double(), images.double()
    network.eval()
    with torch.no_grad():
        evaluation = forward(images)
    network.train()
    margins = watch_margins(network)
    logits = forward(images)
    loss = setup.loss(logits, labels)
    loss.backward()
    values = {"evaluation.logits": evaluation, "logits": logits, "loss": loss.view(1)}
    gradients = {f"gradient.{name}": p.grad for name, p in network.named_parameters() if p.grad is not None}
    state = {f"state.{name}": tensor for name, tensor in network.state_dict().items()}
    return values | gradients | state | {"margin": torch.tensor([min(margins, default=math.inf)])}


def watch_margins(network: nn.Module) -> list[float]:
    """Returns a list to which every relu and max pooling adds its margin when it runs."""
    margins = []

    def watch(module: nn.Module, inputs: tuple) -> None:
        input = inputs[0].detach()
        gaps = gaps_of_maxima(module, input) if isinstance(module, MaxPool) else input.abs()
        # Gaps of exactly zero, such as between the zeros after a relu, do not depend on rounding.
        margins.append((gaps[gaps > 0].min() / input.float().std()).item())

    for module in network.modules():
        if isinstance(module, (nn.ReLU, nn.LeakyReLU, MaxPool)):
            module.register_forward_pre_hook(watch)
    return margins


def gaps_of_maxima(module: MaxPool, input: torch.Tensor) -> torch.Tensor:
    """Returns by how much the largest number of each window exceeds the next."""
    (height, width), (down, right) = module.pool.kernel_size, module.pool.stride
    windows = module.padded(input).unfold(2, height, down).unfold(3, width, right).flatten(-2)
    first, second = windows.topk(2).values.unbind(-1)
    return first - second


if __name__ == "__main__":
    sys.exit(main())
