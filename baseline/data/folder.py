import os
from pathlib import Path


def data_folder() -> Path:
    """Returns the folder of data sets whose config names no folder, the same as the package's."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("LAYER_ROTATION_DATA") or cache / "layer-rotation" / "data")
