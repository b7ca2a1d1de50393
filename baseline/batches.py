"""The images that a run sees, in their order."""

import torch

from .random_streams import VALIDATION, batches_stream, order_stream, permutation


def split_validation(n: int, validation: dict | None, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Returns the indices of the images for training and of those for validation, each ascending."""
    if validation is None:
        return torch.arange(n), torch.arange(0)
    count = int(validation["share"] * n + 0.5)
    order = permutation(n, seed, VALIDATION)
    return order[count:].sort().values, order[:count].sort().values


class Batches:
    """The batches of each epoch; `training` holds the indices of the training images."""

    def __init__(self, training: torch.Tensor, config: dict):
        self.training, self.size, self.seed = training, config["batchSize"], config["seed"]
        self.is_keras = config["batches"] == "kerasSequence"
        n = len(training)
        self.steps = n // self.size if self.is_keras else -(-n // self.size)

    def epoch(self, epoch: int) -> list[torch.Tensor]:
        """Returns the indices of each batch, int64 [batch]."""
        return self.keras_sequence(epoch) if self.is_keras else self.shuffled(epoch)

    def shuffled(self, pass_: int) -> list[torch.Tensor]:
        return list(self.training[permutation(len(self.training), self.seed, order_stream(pass_))].split(self.size))

    def keras_sequence(self, epoch: int) -> list[torch.Tensor]:
        """Returns the next n // size batches: one shuffled pass follows the other, with its batches in random order."""
        batches = []
        in_a_pass = -(-len(self.training) // self.size)
        for step in range(epoch * self.steps, (epoch + 1) * self.steps):
            pass_, place = divmod(step, in_a_pass)
            if place == 0 or not batches:
                served = self.shuffled(pass_)
                order = permutation(in_a_pass, self.seed, batches_stream(pass_))
            batches.append(served[order[place]])
        return batches
