import math

import torch

from .adam import Adam

# x <- A x + B (x x^T) x + C (x x^T)^2 x
A, B, C = 3.4445, -4.7750, 2.0315

SHAPE_FACTORS = {
    "original": lambda rows, columns: math.sqrt(max(1, rows / columns)),
    "matchRmsAdamW": lambda rows, columns: 0.2 * math.sqrt(max(rows, columns)),
    "none": lambda rows, columns: 1,
}


class Muon:
    """Muon: m <- b m + (1 - b) g;  w <- w - lr f NS(m), or with nesterov NS(b m + (1 - b) g), for weights as matrices
    [neurons, weights of a neuron] (github.com/KellerJordan/Muon). Adam trains the vectors, at a rate of their own."""

    def __init__(self, weights, config: dict):
        self.momentum, self.nesterov = config["momentum"], config["nesterov"]
        self.ns_steps, self.epsilon = config["nsSteps"], config["epsilon"]
        self.dtype = torch.bfloat16 if config["precision"] == "bf16" else torch.float32
        self.shape_factor = SHAPE_FACTORS[config["shapeFactor"]]
        self.vector_rate = config["vectorRate"]
        self.means = {i: torch.zeros_like(w) for i, w in enumerate(weights) if w.dim() > 1}
        self.vectors = [i for i, w in enumerate(weights) if w.dim() < 2]
        self.adam = Adam([weights[i] for i in self.vectors], config["vectors"])

    def steps(self, weights, gradients, lr):
        directions = {i: self.direction(i, gradients[i]) for i in self.means}
        steps = {i: d * (-lr * self.shape_factor(*d.shape)) for i, d in directions.items()}
        if self.vectors:
            of_vectors = ([tensors[i] for i in self.vectors] for tensors in (weights, gradients))
            steps |= zip(self.vectors, self.adam.steps(*of_vectors, lr * self.vector_rate))
        return [steps[i] for i in range(len(weights))]

    def direction(self, i, gradient):
        mean = self.means[i].lerp_(gradient, 1 - self.momentum)
        return self.orthogonalized(gradient.lerp(mean, self.momentum) if self.nesterov else mean).float()

    def orthogonalized(self, matrix):
        x = matrix.to(self.dtype)
        if matrix.size(0) > matrix.size(1):
            x = x.T
        x = x / x.norm().clamp(min=self.epsilon)
        for _ in range(self.ns_steps):
            gram = x @ x.T
            x = torch.addmm(x, torch.addmm(gram, gram, gram, beta=B, alpha=C), x, beta=A)
        return x.T if matrix.size(0) > matrix.size(1) else x
