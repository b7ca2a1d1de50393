"""The run folder: the same files as the package writes, except for steps, figures and report."""

import csv
import json
import os
import platform
import socket
import sys
from datetime import datetime, timezone
from pathlib import Path

import torch

from . import safetensors

METRICS = (
    "epoch learning_rate train_loss train_accuracy val_loss val_accuracy test_loss test_accuracy seconds "
    "val_top5_accuracy test_top5_accuracy"
).split()
# csv writes None as an empty cell.
NOT_MEASURED = (None, None, None)


def now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class RunFolder:
    def __init__(self, folder: Path, config: dict, device: torch.device, layers: list[str], steps_per_epoch: int):
        folder.mkdir(parents=True)
        self.folder = folder
        self.started = now()
        self.epoch = 0
        self.write_json("config.json", config)
        self.write_json("environment.json", self.environment(config, device, steps_per_epoch))
        self.append("metrics.csv", METRICS)
        self.append("rotation.csv", ["epoch", *layers])
        self.append("rotation.csv", [0, *[0] * len(layers)])
        self.status("running")

    def environment(self, config: dict, device: torch.device, steps_per_epoch: int) -> dict:
        return {
            "layerRotation": "baseline",
            "node": f"Python {platform.python_version()}",
            "libtorch": torch.__version__,
            "device": str(device),
            "precision": config["precision"],
            "memoryFormat": config["memoryFormat"],
            "threads": torch.get_num_threads(),
            "platform": f"{sys.platform}-{platform.machine()}",
            "cpu": processor(),
            "commit": None,
            "seed": config["seed"],
            "stepsPerEpoch": steps_per_epoch,
            "data": None,
            "startedAt": self.started,
        }

    def record(self, epoch: float, rate: float, train: tuple, validation, test, rotation: list, seconds: float) -> None:
        """Adds a row to both tables. `epoch` is the number of epochs done, `train` is (loss, accuracy), `validation`
        and `test` are (loss, accuracy, top-5 accuracy) or None."""
        self.epoch = epoch
        (*validation, validation_top5), (*test, test_top5) = validation or NOT_MEASURED, test or NOT_MEASURED
        metrics = [epoch, rate, *train, *validation, *test, round(seconds, 3), validation_top5, test_top5]
        self.append("metrics.csv", metrics)
        self.append("rotation.csv", [epoch, *rotation])

    def checkpoint(self, which: str, tensors: dict[str, torch.Tensor]) -> None:
        safetensors.save(self.folder / "checkpoints" / which / "model.safetensors", tensors)

    def status(self, status: str, reason: str | None = None) -> None:
        entries = {"status": status, "epoch": self.epoch, "startedAt": self.started}
        if reason:
            entries["reason"] = reason
        if status != "running":
            entries["endedAt"] = now()
        self.write_json("status.json", entries | {"host": socket.gethostname(), "pid": os.getpid()})

    def append(self, name: str, row: list) -> None:
        with open(self.folder / name, "a", newline="") as file:
            csv.writer(file, lineterminator="\n").writerow(row)

    def write_json(self, name: str, value: dict) -> None:
        path = self.folder / name
        part = path.with_suffix(".part")
        part.write_text(json.dumps(value, indent=2) + "\n")
        part.replace(path)


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")
