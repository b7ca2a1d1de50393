"""A small GPT, its exported file, and a training of it in eager PyTorch."""

import contextlib
import sys

import torch
from torch import nn
from torch.nn import functional

sys.path.insert(0, "assets/python")
from export_model import export_model  # noqa: E402

VOCABULARY, CONTEXT, WIDTH, HEADS = 29, 12, 16, 2


class Block(nn.Module):
    """Causal attention and a perceptron, each after a layer norm and beside a shortcut."""

    def __init__(self, dropout, has_mask):
        super().__init__()
        self.before = nn.LayerNorm(WIDTH)
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.project = nn.Linear(WIDTH, WIDTH)
        self.after = nn.LayerNorm(WIDTH)
        self.up = nn.Linear(WIDTH, 4 * WIDTH)
        self.down = nn.Linear(4 * WIDTH, WIDTH)
        self.drop = nn.Dropout(dropout)
        self.has_mask = has_mask
        self.register_buffer("mask", torch.ones(CONTEXT, CONTEXT, dtype=torch.bool).tril(), persistent=False)

    def forward(self, x):
        batch, length, width = x.shape
        parts = self.qkv(self.before(x)).split(width, 2)
        q, k, v = (part.view(batch, length, HEADS, width // HEADS).transpose(1, 2) for part in parts)
        if self.has_mask:
            scores = q @ k.transpose(2, 3) * (width // HEADS) ** -0.5
            y = scores.masked_fill(~self.mask[:length, :length], float("-inf")).softmax(3) @ v
        else:
            y = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.drop(self.project(y.transpose(1, 2).reshape(batch, length, width)))
        return x + self.drop(self.down(functional.gelu(self.up(self.after(x)))))


class GPT(nn.Module):
    """Two blocks, one with PyTorch's attention and one with its own, between tied embeddings."""

    def __init__(self, dropout=0.0):
        super().__init__()
        self.tokens = nn.Embedding(VOCABULARY, WIDTH)
        self.positions = nn.Embedding(CONTEXT, WIDTH)
        self.blocks = nn.ModuleList([Block(dropout, has_mask) for has_mask in (False, True)])
        self.last = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, VOCABULARY, bias=False)
        self.head.weight = self.tokens.weight
        nn.init.normal_(self.tokens.weight, std=0.1)

    def forward(self, ids):
        x = self.tokens(ids) + self.positions(torch.arange(ids.shape[1], device=ids.device))
        for block in self.blocks:
            x = block(x)
        return self.head(self.last(x))


def make_net(dropout=0.0):
    """Makes a GPT with the weights of a fixed seed."""
    torch.manual_seed(7)
    return GPT(dropout)


def export(file, dropout=0.0):
    export_model(make_net(dropout), (CONTEXT,), file, vocabulary=VOCABULARY)


def sequence(length):
    """Ids of which most follow from the one before: something to learn."""
    ids = [0]
    for noise in torch.randint(0, VOCABULARY, (length - 1,), generator=torch.Generator().manual_seed(1)).tolist():
        ids.append(noise if noise % 4 == 0 else (3 * ids[-1] + 1) % VOCABULARY)
    return torch.tensor(ids)


def train(inputs, labels, batch, rate, smoothing, bf16):
    """Trains a GPT eagerly, and returns the losses, the hits and the scores at the end."""
    net = make_net().train()
    optimizer = torch.optim.SGD(net.parameters(), lr=rate, momentum=0.9)
    autocast = torch.autocast("cpu", dtype=torch.bfloat16) if bf16 else contextlib.nullcontext()
    losses, hits = [], 0
    for part, targets in zip(inputs.split(batch), labels.split(batch)):
        with autocast:
            logits = net(part)
        loss = functional.cross_entropy(logits.float().flatten(0, 1), targets.flatten(), label_smoothing=smoothing)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        hits += (logits.argmax(2) == targets).sum().item()
    net.eval()
    with torch.no_grad(), autocast:
        logits = net(inputs).float()
    return {
        "losses": losses,
        "hits": hits,
        "evaluation": functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), label_smoothing=smoothing).item(),
        "accuracy": (logits.argmax(2) == labels).double().mean().item(),
    }


def main(file, steps, batch, rate, variants):
    """Exports a GPT, and trains it eagerly for each variant, [smoothing, bf16], on the windows of a sequence."""
    export(file)
    ids = sequence(steps * batch * CONTEXT + 1)
    inputs, labels = (ids[first : first + len(ids) - 1].view(-1, CONTEXT) for first in (0, 1))
    return {"ids": ids.tolist(), "trainings": [train(inputs, labels, batch, rate, *variant) for variant in variants]}
