"""The parts of a run, made from its config."""

from dataclasses import dataclass
from pathlib import Path

import torch

from . import data, safetensors
from .augmentation import Draws, draw
from .batches import Batches, split_validation
from .descent import Descent
from .fused_sgd import FusedSGD
from .images import Images, memory_format
from .layca import Layca
from .loss import Loss, make_loss
from .model import Network, load_weights
from .optimizer import make_optimizer


@dataclass
class Setup:
    config: dict
    device: torch.device
    network: Network
    optimizer: FusedSGD | Descent | Layca
    loss: Loss
    train: Images
    test: Images
    validation: torch.Tensor  # indices of training images, int64 [n], n may be 0
    batches: Batches

    @property
    def part_size(self) -> int:
        """The images of a batch that go through the network at once; the gradients of all parts add up."""
        return self.config["batchSize"] // self.config.get("accumulation", 1)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Returns float32 logits [b, classes]."""
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.config["precision"] == "bf16"):
            return self.network(images).float()

    def draws(self, epoch: int) -> Draws | None:
        augmentation, seed = self.config["augmentation"], self.config["seed"]
        if not any(augmentation.get(key) for key in ("shift", "flip", "crop", "cutout")):
            return None
        n, height, width, _ = self.train.pixels.shape
        drawn = draw(n, augmentation, seed, epoch, (height, width))
        return Draws(*(each.to(self.device) for each in drawn))


def set_up(config: dict, initial: Path | None = None) -> Setup:
    """Makes the parts of a run; `initial` has precedence over the config's initialWeights."""
    for key in ("randAugment", "randomErasing", "mixing"):
        if config["augmentation"].get(key):
            raise ValueError(f"augmentation.{key}: the baseline has no such change of images")
    if config["threads"]:
        torch.set_num_threads(config["threads"])
    torch.backends.cudnn.benchmark = True
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = config["precision"] == "tf32"
    torch.manual_seed(config["seed"])
    device = choose_device(config["device"])
    dataset = data.load(config["data"], config["normalization"], config["seed"], device)
    _, height, width, channels = dataset.train.pixels.shape
    network = Network(config["model"]["layers"], (channels, height, width))
    initial = initial or config["initialWeights"]
    if initial:
        load_weights(network, safetensors.load(Path(initial)))
    network.to(device, memory_format=memory_format(config))
    train, test = (Images(split, dataset.mean, dataset.deviation, config) for split in (dataset.train, dataset.test))
    training, validation = split_validation(len(train.labels), config["validation"], config["seed"])
    return Setup(
        config=config,
        device=device,
        network=network,
        optimizer=make_optimizer(config, network),
        loss=make_loss(config["loss"]),
        train=train,
        test=test,
        validation=validation.to(device),
        batches=Batches(training, config),
    )


def choose_device(device: str) -> torch.device:
    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return torch.device(device)
