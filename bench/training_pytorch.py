"""python bench/training_pytorch.py CONFIG.json SECONDS: prints times of the baseline's steps, {"stepNs": [...]}.

It runs the baseline's epochs over as many batches as take about a second, in the same blocks as block-times.mjs.
"""

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from baseline.setup import set_up
from baseline.train import train_epoch


def main() -> None:
    config = json.loads(Path(sys.argv[1]).read_text())
    seconds = float(sys.argv[2])
    setup = set_up(config)
    setup.optimizer.set_rate(config["learningRate"]["initial"])
    batches = [batch for batch in setup.batches.epoch(0) if len(batch) == config["batchSize"]]
    draws = setup.draws(0)

    def measure(steps: int) -> float:
        start = time.perf_counter()
        train_epoch(setup, [batches[step % len(batches)] for step in range(steps)], draws)
        return time.perf_counter() - start

    measure(1)
    second = measure(1)
    steps = max(1, round(1 / second))
    blocks = [second] if steps == 1 else []
    spent = sum(blocks)
    while spent < seconds or len(blocks) < 2:
        block = measure(steps)
        spent += block
        blocks.append(block / steps)
    print(json.dumps({"stepNs": [block * 1e9 for block in blocks]}))


main()
