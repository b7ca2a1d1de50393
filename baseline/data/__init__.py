"""The data sets: from the files or the formula to bytes on the device."""

from .dataset import Dataset, Split, load

__all__ = ["Dataset", "Split", "load"]
