"""python bench/evaluation_pytorch.py CONFIG.json MODE SECONDS: prints times of the baseline's evaluations of the test images,
{"evaluationNs": [...]}. MODE is `eager`, or `compiled`, in which torch.compile has compiled the network before they begin.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import torch
from block_times import block_times

from baseline.setup import set_up
from baseline.train import evaluate


def main() -> None:
    config = json.loads(Path(sys.argv[1]).read_text())
    mode, seconds = sys.argv[2], float(sys.argv[3])
    setup = set_up(config)
    if mode == "compiled":
        setup.network = torch.compile(setup.network)
        evaluate(setup, setup.test)

    def run(evaluations: int) -> None:
        for _ in range(evaluations):
            evaluate(setup, setup.test)

    print(json.dumps({"evaluationNs": block_times(run, seconds)}))


main()
