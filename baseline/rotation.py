"""Layer rotation: the cosine distance of each layer's weights to their initial values, in double precision."""

import torch

from .rows import rows


class RotationMonitor:
    def __init__(self, layers: dict[str, torch.Tensor]):
        self.layers = layers
        self.initial = [rows(weight.detach()).double().view(-1) for weight in layers.values()]
        self.initial_norms = torch._foreach_norm(self.initial)

    @torch.inference_mode()
    def measure(self) -> list[float]:
        """Returns the rotation of each layer, 0 … 2."""
        distances = []
        for weight, initial, initial_norm in zip(self.layers.values(), self.initial, self.initial_norms):
            current = rows(weight).double().view(-1)
            distances.append(1 - torch.dot(current, initial) / (current.norm() * initial_norm))
        return torch.stack(distances).clamp(min=0).tolist()
