"""python bench/training_pytorch.py CONFIG.json MODE SECONDS: prints times of the baseline's steps, {"stepNs": [...]}.

It runs the baseline's epochs over as many batches as take about a second. MODE is `eager`, which also prints the
floating-point operations of a step's convolutions and products, forward and backward ("flops"); or `compiled`, in which
torch.compile has compiled the network, and the step of an optimizer that has no fused kernel, before the times begin.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import torch
from block_times import block_times
from torch.utils.flop_counter import FlopCounterMode

from baseline.fused_sgd import FusedSGD
from baseline.setup import Setup, set_up
from baseline.train import train_epoch


def flops(setup: Setup, batch: torch.Tensor) -> int:
    images, labels = setup.train.batch(batch, setup.draws(0))
    with FlopCounterMode(display=False) as counter:
        setup.loss(setup.forward(images), labels).backward()
    return counter.get_total_flops()


def main() -> None:
    config = json.loads(Path(sys.argv[1]).read_text())
    mode, seconds = sys.argv[2], float(sys.argv[3])
    setup = set_up(config)
    setup.optimizer.set_rate(config["learningRate"]["initial"])
    batches = [batch for batch in setup.batches.epoch(0) if len(batch) == config["batchSize"]]
    draws = setup.draws(0)

    def run(steps: int) -> None:
        train_epoch(setup, [batches[step % len(batches)] for step in range(steps)], draws)

    result = {}
    if mode == "compiled":
        setup.network = torch.compile(setup.network)
        if not isinstance(setup.optimizer, FusedSGD):
            setup.optimizer.step = torch.compile(setup.optimizer.step)
        run(3)
    else:
        result["flops"] = flops(setup, batches[0])
    result["stepNs"] = block_times(run, seconds)
    print(json.dumps(result))


main()
