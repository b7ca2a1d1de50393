"""python bench/gpu_training_pytorch.py CONFIG.json MODE SECONDS: prints the times of PyTorch's training steps, as JSON.

MODE is `eager` or a mode of torch.compile. PyTorch uses the best that it offers: bf16 autocast, channels_last,
cudnn.benchmark and fused SGD with momentum. All images stay on the device and are augmented there, a whole epoch at a
time so that it costs few launches. With SECONDS 0 it makes only a few steps, which leave compiled code in the
compiler's cache.
"""

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import torch
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from baseline.augmentation import Draws, augmented
from baseline.model import Network

STEPS_AN_EPOCH = 50


class Training:
    def __init__(self, config: dict, mode: str):
        self.device = torch.device(config["device"])
        self.batch_size = config["batchSize"]
        self.is_gpu = self.device.type == "cuda"
        self.epoch_steps = STEPS_AN_EPOCH if self.is_gpu else 2
        torch.backends.cudnn.benchmark = True
        torch.set_float32_matmul_precision("high")
        torch.manual_seed(1)
        n = self.epoch_steps * self.batch_size
        self.pixels = torch.randint(0, 256, (n, 32, 32, 3), dtype=torch.uint8, device=self.device)
        self.labels = torch.randint(0, config["data"]["classes"], (n,), device=self.device)
        self.network = Network(config["model"]["layers"], (3, 32, 32))
        self.network.to(self.device, memory_format=torch.channels_last).train()
        rate = config["learningRate"]["initial"]
        self.optimizer = torch.optim.SGD(self.network.parameters(), lr=rate, momentum=0.9, fused=True)
        self.is_compiled = mode != "eager"
        self.forward = torch.compile(self.loss, mode=mode) if self.is_compiled else self.loss
        self.loss_sum = torch.zeros((), device=self.device)
        self.correct = torch.zeros((), dtype=torch.int64, device=self.device)

    def loss(self, images: torch.Tensor, labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        with torch.autocast(self.device.type, torch.bfloat16):
            logits = self.network(images)
        hits = (logits.detach().argmax(1) == labels).sum()
        return F.cross_entropy(logits.float(), labels), hits

    def epoch_images(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Returns all images in a new order, shifted, mirrored and normalised: bf16 [n, 3, 32, 32]."""
        n = len(self.labels)
        order = torch.randperm(n, device=self.device)
        down, right = (torch.randint(-4, 5, (n,), device=self.device) for _ in range(2))
        mirrored = torch.randint(0, 2, (n,), device=self.device)
        pixels = augmented(self.pixels, order, Draws(down, right, mirrored))
        return pixels.to(torch.bfloat16).sub_(120).div_(64).permute(0, 3, 1, 2), self.labels[order]

    def step(self, images: torch.Tensor, labels: torch.Tensor) -> None:
        if self.is_compiled:
            torch.compiler.cudagraph_mark_step_begin()
        loss, hits = self.forward(images, labels)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        self.loss_sum += loss.detach()
        self.correct += hits

    def steps(self, count: int) -> float:
        """Makes `count` steps and returns their seconds."""
        self.synchronize()
        start = time.perf_counter()
        for step in range(count):
            place = step % self.epoch_steps
            if place == 0:
                images, labels = self.epoch_images()
            part = slice(place * self.batch_size, (place + 1) * self.batch_size)
            self.step(images[part], labels[part])
        self.synchronize()
        return time.perf_counter() - start

    def synchronize(self) -> None:
        if self.is_gpu:
            torch.cuda.synchronize()

    def flops(self) -> int:
        """Counts the floating-point operations of a step's convolutions and products, forward and backward."""
        images, labels = self.epoch_images()
        with FlopCounterMode(display=False) as counter:
            loss, _ = self.loss(images[: self.batch_size], labels[: self.batch_size])
            loss.backward()
        self.optimizer.zero_grad(set_to_none=True)
        return counter.get_total_flops()


def main() -> None:
    config = json.loads(Path(sys.argv[1]).read_text())
    mode, seconds = sys.argv[2], float(sys.argv[3])
    training = Training(config, mode)
    start = time.perf_counter()
    training.steps(5)
    warm_up = time.perf_counter() - start
    result: dict = {"warmUpSeconds": warm_up, "stepNs": []}
    if seconds > 0:
        training.steps(training.epoch_steps)
        each = training.steps(training.epoch_steps) / training.epoch_steps
        # A block is a whole number of epochs that take about half a second at least.
        count = training.epoch_steps * max(1, round(0.5 / each / training.epoch_steps)) if training.is_gpu else 2
        spent = 0.0
        while spent < seconds or len(result["stepNs"]) < 3:
            taken = training.steps(count)
            spent += taken
            result["stepNs"].append(taken / count * 1e9)
    if not training.is_compiled:
        result["flops"] = training.flops()
    if training.is_gpu:
        result["peakMemoryMiB"] = torch.cuda.max_memory_allocated() / 2**20
    print(json.dumps(result))


main()
