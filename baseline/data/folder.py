import os
from pathlib import Path


def data_folder() -> Path:
    """Where the package looks for a data set whose config names no folder."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("LAYER_ROTATION_DATA") or cache / "layer-rotation" / "data")
