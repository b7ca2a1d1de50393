"""python bench/training_pytorch.py CONFIG.json SECONDS: prints times of the baseline's steps, {"stepNs": [...]}.

It runs the baseline's epochs over as many batches as take about a second.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from block_times import block_times

from baseline.setup import set_up
from baseline.train import train_epoch


def main() -> None:
    config = json.loads(Path(sys.argv[1]).read_text())
    seconds = float(sys.argv[2])
    setup = set_up(config)
    setup.optimizer.set_rate(config["learningRate"]["initial"])
    batches = [batch for batch in setup.batches.epoch(0) if len(batch) == config["batchSize"]]
    draws = setup.draws(0)

    def run(steps: int) -> None:
        train_epoch(setup, [batches[step % len(batches)] for step in range(steps)], draws)

    print(json.dumps({"stepNs": block_times(run, seconds)}))


main()
