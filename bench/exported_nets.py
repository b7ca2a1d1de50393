"""python bench/exported_nets.py NET FILE: exports a network.
python bench/exported_nets.py NET CONFIG.json SECONDS: trains it in eager PyTorch, and prints times of its steps, {"stepNs": [...]}.
"""

import contextlib
import json
import sys
from pathlib import Path

import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "assets" / "python"))

from block_times import block_times
from export_model import export_model

SHAPE = (3, 32, 32)


class Block(nn.Module):
    """ResNet's basic block."""

    def __init__(self, channels: int, filters: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, filters, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(filters)
        self.conv2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(filters)
        self.shortcut = nn.Sequential()
        if stride != 1 or channels != filters:
            self.shortcut = nn.Sequential(nn.Conv2d(channels, filters, 1, stride, bias=False), nn.BatchNorm2d(filters))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = torch.relu(self.bn1(self.conv1(x)))
        return torch.relu(self.bn2(self.conv2(y)) + self.shortcut(x))


def resnet18() -> nn.Module:
    """The ResNet-18 for CIFAR: a 3×3 stem, and four stages of two blocks."""
    blocks = []
    for stage, filters in enumerate((64, 128, 256, 512)):
        channels = 64 if stage == 0 else filters // 2
        blocks += [Block(channels, filters, 1 if stage == 0 else 2), Block(filters, filters, 1)]
    stem = [nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU()]
    return nn.Sequential(*stem, *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))


class VisionTransformer(nn.Module):
    """A transformer of six layers on patches of 4×4 pixels."""

    def __init__(self, width: int = 192) -> None:
        super().__init__()
        self.embed = nn.Conv2d(3, width, 4, 4)
        self.position = nn.Parameter(torch.randn(1, 64, width) * 0.02)
        layer = nn.TransformerEncoderLayer(
            width, 3, 4 * width, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
        )
        self.layers = nn.TransformerEncoder(layer, 6, enable_nested_tensor=False)
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.embed(x).flatten(2).transpose(1, 2) + self.position
        return self.head(self.norm(self.layers(x)).mean(1))


class SmallNet(nn.Module):
    """Many small operators: 24 depthwise blocks of 16 channels."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, 4, 1)
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.Conv2d(16, 16, 3, 1, 1, groups=16), nn.BatchNorm2d(16), nn.SiLU(), nn.Conv2d(16, 16, 1))
            for _ in range(24)
        )
        self.head = nn.Linear(16, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.stem(x)
        for block in self.blocks:
            x = x + block(x)
        return self.head(x.mean((2, 3)))


NETS = {"resnet18": resnet18, "visionTransformer": VisionTransformer, "smallNet": SmallNet}


def make(name: str) -> nn.Module:
    torch.manual_seed(1)
    return NETS[name]()


def train(name: str, config: dict, seconds: float) -> None:
    torch.set_num_threads(config["threads"])
    net = make(name).to(memory_format=torch.channels_last).train()
    rate, momentum = config["learningRate"]["initial"], config["optimizer"]["momentum"]
    optimizer = torch.optim.SGD(net.parameters(), lr=rate, momentum=momentum, fused=True)
    count, batch = config["data"]["train"], config["batchSize"]
    images = torch.randint(0, 256, (count, *SHAPE), dtype=torch.uint8)
    labels = torch.randint(0, 10, (count,))
    order = torch.randperm(count)
    is_bf16 = config["precision"] == "bf16"
    autocast = torch.autocast("cpu", dtype=torch.bfloat16) if is_bf16 else contextlib.nullcontext()

    def step(place: int) -> None:
        begin = place * batch % count
        chosen = order[begin : begin + batch]
        inputs = images[chosen].float().sub_(127.5).div_(64).contiguous(memory_format=torch.channels_last)
        with autocast:
            logits = net(inputs)
        loss = nn.functional.cross_entropy(logits.float(), labels[chosen])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()

    def run(steps: int) -> None:
        for place in range(steps):
            step(place)

    print(json.dumps({"stepNs": block_times(run, seconds)}))


if __name__ == "__main__":
    if len(sys.argv) == 3:
        export_model(make(sys.argv[1]), SHAPE, sys.argv[2])
    else:
        train(sys.argv[1], json.loads(Path(sys.argv[2]).read_text()), float(sys.argv[3]))
