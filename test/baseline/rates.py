"""python test/baseline/rates.py: the learning rates that the baseline computes.

Standard input is a JSON list of [config, names of its layers, steps per epoch]; standard output is a JSON list of the rates
of each, [epoch][step][schedule's own, then one a layer].
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from baseline.schedule import Rates


def table(config: dict, layers: list[str], steps: int) -> list[list[list[float]]]:
    rates = Rates(config, layers, steps)
    epochs = range(config["epochs"])
    return [[[rates.at(epoch, step), *rates.of_layers(epoch, step)] for step in range(steps)] for epoch in epochs]


print(json.dumps([table(*each) for each in json.load(sys.stdin)]))
