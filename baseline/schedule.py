"""Learning rates at each step and of each layer, as the package's src/schedule computes them."""

import math
import re
from typing import Callable

Schedule = Callable[[float], float]  # the rate at a time counted in epochs


class Rates:
    def __init__(self, config: dict, layers: list[str], steps_per_epoch: int):
        run = config["epochs"], steps_per_epoch
        learning_rate = config["learningRate"]
        self.steps_per_epoch = steps_per_epoch
        self.base = schedule(of_layer(learning_rate, None), *run)
        self.layers = [schedule(of_layer(learning_rate, layer), *run) for layer in layers]
        self.factors = multipliers(config.get("multipliers"), layers)

    def at(self, epoch: int, step: int) -> float:
        """Without what single layers have of their own: what metrics.csv shows."""
        return self.base(epoch + step / self.steps_per_epoch)

    def of_layers(self, epoch: int, step: int) -> list[float]:
        time = epoch + step / self.steps_per_epoch
        return [rate(time) * factor for rate, factor in zip(self.layers, self.factors)]


def of_layer(config: dict, layer: str | None) -> dict:
    """The last pattern that matches decides; None is no layer."""
    if config["type"] != "perLayer":
        return config
    own = [each for pattern, each in config["layers"].items() if layer is not None and matches(layer, pattern)]
    return own[-1] if own else config["default"]


def matches(layer: str, pattern: str) -> bool:
    escaped = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(escaped, layer, re.DOTALL) is not None


def multipliers(config: dict | None, layers: list[str]) -> list[float]:
    if config is None:
        return [1] * len(layers)
    if config["type"] == "table":
        return [config["layers"].get(layer, config["others"]) for layer in layers]
    alpha, last = config["alpha"], len(layers) - 1
    slowed = [last - i if alpha > 0 else i for i in range(len(layers))]
    return [(1 - abs(alpha)) ** (5 * i / max(1, last)) for i in slowed]


def schedule(config: dict, run_epochs: int, steps_per_epoch: int) -> Schedule:
    epochs = config.get("epochs") or run_epochs
    initial = config.get("initial")
    final = config.get("final")
    match config["type"]:
        case "constant":
            return lambda time: initial
        case "steps":
            return lambda time: initial * config["factor"] ** sum(at <= time for at in config["at"])
        case "exponential":
            return lambda time: initial * config["factor"] ** time
        case "polynomial":
            return lambda time: final + (initial - final) * (1 - min(1, time / epochs)) ** config["power"]
        case "linear":
            return lambda time: linear(initial, final, min(1, time / epochs))
        case "cosine" if config["restarts"]:
            return lambda time: cosine(initial, final, part_of_period(time, **config["restarts"]))
        case "cosine":
            return lambda time: cosine(initial, final, min(1, time / epochs))
        case "oneCycle":
            return one_cycle(config, epochs, 1 / steps_per_epoch)
        case "tabulated":
            values, per_epoch = config["values"], config["stepsPerEpoch"] or 1
            # The time of a step is rounded: times the steps per epoch it may come out just below a whole number.
            return lambda time: values[min(len(values) - 1, int(time * per_epoch + 1e-6))]
        case "warmup":
            return warmup(config, schedule(config["schedule"], run_epochs, steps_per_epoch))
    raise ValueError(f"learningRate: unknown schedule {config['type']}")


def linear(start: float, end: float, part: float) -> float:
    return start + (end - start) * part


def cosine(start: float, end: float, part: float) -> float:
    return end + (start - end) * (1 + math.cos(math.pi * part)) / 2


def part_of_period(time: float, period: int, factor: int) -> float:
    while factor > 1 and time >= period:
        time -= period
        period *= factor
    return time % period / period


def one_cycle(config: dict, epochs: float, step: float) -> Schedule:
    top, end = config["warmupShare"] * epochs - step, epochs - step
    largest, first = config["maximum"], config["maximum"] / config["initialDivisor"]
    between = cosine if config["anneal"] == "cosine" else linear

    def rate(time: float) -> float:
        if time < top:
            return between(first, largest, time / top)
        return between(largest, first / config["finalDivisor"], min(1, (time - top) / (end - top)))

    return rate


def warmup(config: dict, inner: Schedule) -> Schedule:
    factor = config["factor"]
    parts = {
        "linear": lambda f: f + factor * (1 - f),
        "discrete": lambda f: factor,
        "exponential": lambda f: factor ** (1 - f),
    }
    part = parts[config["kind"]]
    return lambda time: inner(time) * (part(time / config["epochs"]) if time < config["epochs"] else 1)
