"""The training loop."""

import math
import time
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

from . import safetensors
from .data import Split, mnist
from .layca import Layca
from .model import build, layer_weights, load_weights, weights
from .permutation import permutation
from .rotation import RotationMonitor
from .run_folder import RunFolder
from .schedule import learning_rate
from .sgd import SGD

# Activations of a thousand rows stay in the caches and in malloc's heap; larger batches were slower on CPUs.
EVALUATION_BATCH = 1000


def train(config: dict, out: Path, initial: Path | None = None, max_steps: int | None = None) -> int:
    """Runs the experiment and writes its run folder; the exit code: 0, 1 diverged, 130 interrupted."""
    if config["threads"]:
        torch.set_num_threads(config["threads"])
    torch.manual_seed(config["seed"])
    device = choose_device(config["device"])
    train_split, test_split = mnist(config["data"], config["seed"], device)
    model = build(config["model"]["layers"], tuple(train_split.images.shape[1:])).to(device)
    if initial:
        load_weights(model, safetensors.load(initial))
    layers = layer_weights(model)
    optimizer = make_optimizer(config["optimizer"], model, layers)

    run = RunFolder(out, config, device, list(layers))
    run.checkpoint("initial", weights(model))
    try:
        finished = loop(config, run, model, optimizer, RotationMonitor(layers), train_split, test_split, max_steps)
    except KeyboardInterrupt:
        run.status("interrupted", "signal")
        return 130
    run.checkpoint("last", weights(model))
    if finished:
        run.status("finished")
        return 0
    run.status("failed", "the loss is no longer finite")
    print("baseline: the loss is no longer finite")
    return 1


def loop(config, run, model, optimizer, monitor, train_split: Split, test_split: Split, max_steps: int | None) -> bool:
    """All epochs, or `max_steps` steps; False where the loss diverged."""
    count = len(train_split.labels)
    steps_per_epoch = math.ceil(count / config["batchSize"])
    total = config["epochs"] * steps_per_epoch if max_steps is None else max_steps
    steps = 0
    start = time.perf_counter()
    for epoch in range(config["epochs"]):
        if steps == total:
            break
        rate = learning_rate(config["learningRate"], epoch)
        for group in optimizer.param_groups:
            group["lr"] = rate
        order = permutation(count, config["seed"], 1 + epoch).to(train_split.labels.device)
        batches = order.split(config["batchSize"])[: total - steps]
        loss, accuracy = train_epoch(model, optimizer, train_split, batches)
        if not math.isfinite(loss):
            return False
        steps += len(batches)
        whole = len(batches) == steps_per_epoch
        test = evaluate(model, test_split) if whole else None
        rotation = monitor.measure()
        seconds = time.perf_counter() - start
        done = epoch + 1 if whole else steps / steps_per_epoch
        run.record(done, rate, (loss, accuracy), test, rotation, seconds)
        print(f"epoch {done}  loss {loss:.4f}  test {test[1] if test else math.nan:.4f}  {seconds:.1f} s", flush=True)
    return True


def train_epoch(model: nn.Module, optimizer, split: Split, batches) -> tuple[float, float]:
    """Mean loss and accuracy over the epoch's examples, in training mode while the weights move."""
    model.train()
    loss_sum = torch.zeros((), dtype=torch.float64, device=split.labels.device)
    correct = torch.zeros((), dtype=torch.int64, device=split.labels.device)
    for batch in batches:
        images, labels = split.images.index_select(0, batch), split.labels.index_select(0, batch)
        logits = model(images)
        loss = F.cross_entropy(logits, labels)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        loss_sum += loss.detach() * len(batch)
        correct += (logits.detach().argmax(1) == labels).sum()
    examples = sum(len(batch) for batch in batches)
    return loss_sum.item() / examples, correct.item() / examples


@torch.inference_mode()
def evaluate(model: nn.Module, split: Split) -> tuple[float, float]:
    """Mean loss and accuracy in evaluation mode."""
    model.eval()
    loss_sum = torch.zeros((), dtype=torch.float64, device=split.labels.device)
    correct = torch.zeros((), dtype=torch.int64, device=split.labels.device)
    for images, labels in zip(split.images.split(EVALUATION_BATCH), split.labels.split(EVALUATION_BATCH)):
        logits = model(images)
        loss_sum += F.cross_entropy(logits, labels, reduction="sum")
        correct += (logits.argmax(1) == labels).sum()
    return loss_sum.item() / len(split.labels), correct.item() / len(split.labels)


def make_optimizer(optimizer: dict, model: nn.Module, layers: dict[str, nn.Parameter]) -> torch.optim.Optimizer:
    """Under Layca only the layers' weights train: the rest needs no gradients. Its rate is set before every epoch."""
    if optimizer["type"] == "layca":
        model.requires_grad_(False)
        for weight in layers.values():
            weight.requires_grad_(True)
        rule, make, parameters = optimizer["rule"], Layca, layers.values()
    else:
        rule, make, parameters = optimizer, SGD, model.parameters()
    if rule["type"] != "sgd":
        raise ValueError(f"optimizer: unknown rule {rule['type']}")
    return make(parameters, lr=0, momentum=rule["momentum"], nesterov=rule["nesterov"])


def choose_device(device: str) -> torch.device:
    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return torch.device(device)
