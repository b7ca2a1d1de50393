import torch

from .muon import Muon


class NorMuon(Muon):
    """Muon whose matrix is divided, neuron by neuron, by the root of a running mean of its squares, and gets back its
    norm (arXiv 2510.05491)."""

    def __init__(self, weights, config: dict):
        super().__init__(weights, config)
        self.beta2 = config["beta2"]
        self.squares = {i: torch.zeros(len(mean), 1, device=mean.device) for i, mean in self.means.items()}

    def direction(self, i, gradient):
        matrix = super().direction(i, gradient)
        self.squares[i].lerp_(matrix.square().mean(1, keepdim=True), 1 - self.beta2)
        divided = matrix / (self.squares[i].sqrt() + 1e-10)
        return divided * (matrix.norm() / (divided.norm() + 1e-10))
