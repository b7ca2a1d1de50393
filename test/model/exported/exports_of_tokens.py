"""Exports of networks of tokens that are refused, and one by the command line."""

import sys

import torch
from torch import nn

sys.path.insert(0, "assets/python")
import export_model as exporter  # noqa: E402

COMMAND = "test/model/exported/exports_of_tokens.py:make_net"


class Bigram(nn.Module):
    """The logits of an id are a row of its embedding."""

    def __init__(self, rows=9, columns=9, last_only=False):
        super().__init__()
        self.rows = nn.Embedding(rows, columns)
        self.last_only = last_only

    def forward(self, ids):
        return self.rows(ids[:, -1:] if self.last_only else ids)


def make_net():
    return Bigram()


def refusal(module, shape, vocabulary):
    try:
        exporter.export_model(module, shape, "/nonexistent/net.pt2", vocabulary)
    except ValueError as error:
        return str(error)
    return "it was exported"


def main(file):
    """Returns why each export is refused, and what the command line answers."""
    training = Bigram(last_only=True).train()
    refusals = [
        refusal(Bigram(rows=8), (4,), 9),
        refusal(Bigram(columns=8), (4,), 9),
        refusal(training, (4,), 9),
        refusal(Bigram(), (4, 2), 9),
        refusal(Bigram(), (4,), 1),
    ]
    answers = [exporter._main([COMMAND, spec, file]) for spec in ("tokens:4,9", "pixels:4,9", "")]
    return {"refusals": refusals, "answers": answers, "is_training": training.training}
