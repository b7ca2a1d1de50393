"""The training loop."""

import math
import time
from pathlib import Path
from typing import Callable, Iterable, NamedTuple

import torch

from .augmentation import Draws
from .clipping import clip
from .images import Images
from .rotation import RotationMonitor
from .run_folder import RunFolder
from .schedule import Rates
from .setup import Setup, set_up

# Activations of a thousand rows fit into the caches and malloc's heap; larger batches were slower on CPUs.
LARGEST_EVALUATION_BATCH = 1000


class Evaluation(NamedTuple):
    loss: float
    accuracy: float
    top5: float | None  # None for five classes or fewer


def train(config: dict, out: Path, initial: Path | None = None, max_steps: int | None = None) -> int:
    """Runs the experiment, writes its run folder and returns the exit code: 0, 1 if it diverged, 130 if interrupted."""
    setup = set_up(config, initial)
    layers = setup.network.layer_weights()
    run = RunFolder(out, config, setup.device, list(layers), setup.batches.steps)
    run.checkpoint("initial", setup.network.state_dict())
    try:
        finished = loop(setup, run, RotationMonitor(layers), max_steps)
    except KeyboardInterrupt:
        run.status("interrupted", "signal")
        return 130
    run.checkpoint("last", setup.network.state_dict())
    if finished:
        run.status("finished")
        return 0
    run.status("failed", "the loss is no longer finite")
    print("baseline: the loss is no longer finite")
    return 1


def loop(setup: Setup, run: RunFolder, monitor: RotationMonitor, max_steps: int | None) -> bool:
    """Trains all epochs, or `max_steps` steps; returns False if the loss diverged."""
    config, steps_per_epoch = setup.config, setup.batches.steps
    rates = Rates(config, setup.network.monitored, steps_per_epoch)
    total = config["epochs"] * steps_per_epoch if max_steps is None else max_steps
    steps = 0
    best = -1
    start = time.perf_counter()
    for epoch in range(config["epochs"]):
        if steps == total:
            break
        batches = setup.batches.epoch(epoch)[: total - steps]
        on_device = [batch.to(setup.device) for batch in batches]
        loss, accuracy = train_epoch(setup, on_device, setup.draws(epoch), lambda step: one_rate(rates, epoch, step))
        if not math.isfinite(loss):
            return False
        steps += len(batches)
        whole = len(batches) == steps_per_epoch
        test = evaluate(setup, setup.test) if whole else None
        validation = evaluate(setup, setup.train, setup.validation) if whole and len(setup.validation) else None
        rotation = monitor.measure()
        seconds = time.perf_counter() - start
        done = epoch + 1 if whole else steps / steps_per_epoch
        rate = rates.at(epoch, len(batches) - 1)
        run.record(done, rate, (loss, accuracy), validation, test, rotation, seconds)
        if validation and validation.accuracy > best:
            best = validation.accuracy
            run.checkpoint("best", setup.network.state_dict())
        score = test.accuracy if test else math.nan
        print(f"epoch {done}  loss {loss:.4f}  test {score:.4f}  {seconds:.1f} s", flush=True)
    return True


def one_rate(rates: Rates, epoch: int, step: int) -> float:
    rate = rates.at(epoch, step)
    if any(each != rate for each in rates.of_layers(epoch, step)):
        raise ValueError("learningRate, multipliers: the baseline trains all layers at one rate")
    return rate


def train_epoch(
    setup: Setup, batches: Iterable[torch.Tensor], draws: Draws | None, rate: Callable[[int], float] | None = None
) -> tuple[float, float]:
    """Trains an epoch; returns the mean loss and accuracy over its examples, in training mode while the weights move.

    `rate` gives the rate of each step; without it the optimizer keeps its rate.
    """
    setup.network.train()
    loss_sum = torch.zeros((), dtype=torch.float64, device=setup.device)
    correct = torch.zeros((), dtype=torch.int64, device=setup.device)
    for step, batch in enumerate(batches):
        if rate:
            setup.optimizer.set_rate(rate(step))
        setup.optimizer.zero_grad(set_to_none=True)
        for part in batch.split(setup.part_size):
            images, labels = setup.train.batch(part, draws)
            logits = setup.forward(images)
            loss = setup.loss(logits, labels)
            (loss if len(part) == len(batch) else loss * (len(part) / len(batch))).backward()
            loss_sum += loss.detach() * len(part)
            correct += (logits.detach().argmax(1) == labels).sum()
        clip(setup.config.get("gradientClipping"), setup.network.parameters())
        setup.optimizer.step()
    examples = sum(len(batch) for batch in batches)
    return loss_sum.item() / examples, correct.item() / examples


@torch.inference_mode()
def evaluate(setup: Setup, images: Images, indices: torch.Tensor | None = None) -> Evaluation:
    """Returns the means in evaluation mode over the images at `indices`, by default over all images."""
    setup.network.eval()
    loss_sum = torch.zeros((), dtype=torch.float64, device=setup.device)
    hits = torch.zeros(2, dtype=torch.int64, device=setup.device)
    count = len(images.labels if indices is None else indices)
    size = min(setup.config["batchSize"], LARGEST_EVALUATION_BATCH)
    for begin in range(0, count, size):
        part = slice(begin, begin + size)
        batch, labels = images.batch(part if indices is None else indices[part])
        logits = setup.forward(batch)
        loss_sum += setup.loss(logits, labels, reduction="sum")
        best = logits.topk(min(5, logits.shape[1])).indices == labels.unsqueeze(1)
        hits += torch.stack([best[:, 0].sum(), best.sum()])
    accuracy, top5 = (hits.double() / count).tolist()
    return Evaluation(loss_sum.item() / count, accuracy, top5 if logits.shape[1] > 5 else None)
