"""The data sets, loaded from files or made by a formula, as bytes on the device."""

from .dataset import Dataset, Split, load

__all__ = ["Dataset", "Split", "load"]
