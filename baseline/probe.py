"""python -m baseline.probe CONFIG --out FILE [--initial FILE] [--batch N]

One batch through the network of a config, without augmentation and without a step. The safetensors file holds

- `evaluation.logits`: in evaluation mode, before anything else
- `logits`, `loss` and `gradient.<name>` of every trained parameter: in training mode
- `state.<name>`: all weights and running statistics after that
"""

import argparse
import json
import sys
from pathlib import Path

import torch

from . import safetensors
from .setup import Setup, set_up


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m baseline.probe", description="One batch through a network.")
    parser.add_argument("config", type=Path, help="a config.json")
    parser.add_argument("--out", type=Path, required=True, help="the safetensors file to write")
    parser.add_argument("--initial", type=Path, help="weights; default: drawn as the config says")
    parser.add_argument("--batch", type=int, default=8, help="how many training images, from the first on; default: 8")
    arguments = parser.parse_args(argv)
    setup = set_up(json.loads(arguments.config.read_text()), arguments.initial)
    safetensors.save(arguments.out, probe(setup, arguments.batch))
    return 0


def probe(setup: Setup, count: int) -> dict[str, torch.Tensor]:
    images, labels = setup.train.batch(torch.arange(count, device=setup.device))
    network = setup.network
    network.eval()
    with torch.no_grad():
        evaluation = setup.forward(images)
    network.train()
    logits = setup.forward(images)
    loss = setup.loss(logits, labels)
    loss.backward()
    gradients = {f"gradient.{name}": p.grad for name, p in network.named_parameters() if p.grad is not None}
    state = {f"state.{name}": tensor for name, tensor in network.state_dict().items()}
    return {"evaluation.logits": evaluation, "logits": logits, "loss": loss.view(1)} | gradients | state


if __name__ == "__main__":
    sys.exit(main())
