"""The learning rates that the baseline computes."""

from baseline.schedule import Rates


def table(config: dict, layers: list[str], steps: int) -> list[list[list[float]]]:
    rates = Rates(config, layers, steps)
    epochs = range(config["epochs"])
    return [[[rates.at(epoch, step), *rates.of_layers(epoch, step)] for step in range(steps)] for epoch in epochs]


def main(settings: list) -> list:
    """Takes [config, names of its layers, steps per epoch] of each; returns [epoch][step][schedule's own, then one a layer]."""
    return [table(*each) for each in settings]
