"""Learning rates of each step and each layer: a new schedule is a function and a line in SCHEDULES."""

import math
import re
from typing import Callable, NamedTuple

Schedule = Callable[[float], float]  # the rate at a time counted in epochs


class Run(NamedTuple):
    epochs: int
    steps_per_epoch: int


class Rates:
    def __init__(self, config: dict, layers: list[str], steps_per_epoch: int):
        run = Run(config["epochs"], steps_per_epoch)
        learning_rate = config["learningRate"]
        self.steps_per_epoch = steps_per_epoch
        self.base = schedule(of_layer(learning_rate, None), run)
        self.layers = [schedule(of_layer(learning_rate, layer), run) for layer in layers]
        self.factors = multipliers(config.get("multipliers"), layers)

    def at(self, epoch: int, step: int) -> float:
        """Returns the rate without the schedules and multipliers of single layers, which metrics.csv shows."""
        return self.base(epoch + step / self.steps_per_epoch)

    def of_layers(self, epoch: int, step: int) -> list[float]:
        time = epoch + step / self.steps_per_epoch
        return [rate(time) * factor for rate, factor in zip(self.layers, self.factors)]


def of_layer(config: dict, layer: str | None) -> dict:
    """Returns the schedule of the last pattern that matches, or the default one if none does or `layer` is None."""
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


def constant(config: dict, run: Run) -> Schedule:
    return lambda time: config["initial"]


def steps(config: dict, run: Run) -> Schedule:
    return lambda time: config["initial"] * config["factor"] ** sum(at <= time for at in config["at"])


def exponential(config: dict, run: Run) -> Schedule:
    return lambda time: config["initial"] * config["factor"] ** time


def polynomial(config: dict, run: Run) -> Schedule:
    initial, final, epochs = config["initial"], config["final"], config["epochs"] or run.epochs
    return lambda time: final + (initial - final) * (1 - min(1, time / epochs)) ** config["power"]


def linear(config: dict, run: Run) -> Schedule:
    epochs = config["epochs"] or run.epochs
    return lambda time: linear_between(config["initial"], config["final"], min(1, time / epochs))


def cosine(config: dict, run: Run) -> Schedule:
    initial, final, restarts = config["initial"], config["final"], config["restarts"]
    if restarts:
        return lambda time: cosine_between(initial, final, part_of_period(time, **restarts))
    epochs = config["epochs"] or run.epochs
    return lambda time: cosine_between(initial, final, min(1, time / epochs))


def one_cycle(config: dict, run: Run) -> Schedule:
    epochs, step = config["epochs"] or run.epochs, 1 / run.steps_per_epoch
    top, end = config["warmupShare"] * epochs - step, epochs - step
    largest, first = config["maximum"], config["maximum"] / config["initialDivisor"]
    between = cosine_between if config["anneal"] == "cosine" else linear_between

    def rate(time: float) -> float:
        if time < top:
            return between(first, largest, time / top)
        return between(largest, first / config["finalDivisor"], min(1, (time - top) / (end - top)))

    return rate


def inverse_square_root(config: dict, run: Run) -> Schedule:
    return lambda time: config["initial"] * math.sqrt(config["after"] / max(time, config["after"]))


def tabulated(config: dict, run: Run) -> Schedule:
    values, per_epoch = config["values"], config["stepsPerEpoch"] or 1
    # The time of a step is rounded, so its product with the steps per epoch may be just below a whole number.
    return lambda time: values[min(len(values) - 1, int(time * per_epoch + 1e-6))]


def warmup(config: dict, run: Run) -> Schedule:
    inner = schedule(config["schedule"], run)
    factor = config["factor"]
    parts = {
        "linear": lambda f: f + factor * (1 - f),
        "discrete": lambda f: factor,
        "exponential": lambda f: factor ** (1 - f),
    }
    part = parts[config["kind"]]
    return lambda time: inner(time) * (part(time / config["epochs"]) if time < config["epochs"] else 1)


# The schedules by their type in the config.
SCHEDULES: dict[str, Callable[[dict, Run], Schedule]] = {
    "constant": constant,
    "steps": steps,
    "exponential": exponential,
    "polynomial": polynomial,
    "linear": linear,
    "cosine": cosine,
    "oneCycle": one_cycle,
    "inverseSquareRoot": inverse_square_root,
    "tabulated": tabulated,
    "warmup": warmup,
}


def schedule(config: dict, run: Run) -> Schedule:
    if config["type"] not in SCHEDULES:
        raise ValueError(f"learningRate: the baseline has no schedule {config['type']}")
    return SCHEDULES[config["type"]](config, run)


def linear_between(start: float, end: float, part: float) -> float:
    return start + (end - start) * part


def cosine_between(start: float, end: float, part: float) -> float:
    return end + (start - end) * (1 + math.cos(math.pi * part)) / 2


def part_of_period(time: float, period: int, factor: int) -> float:
    while factor > 1 and time >= period:
        time -= period
        period *= factor
    return time % period / period
