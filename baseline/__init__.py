"""The experiments of layer-rotation in plain PyTorch: same config, same initial weights, same batches, same run folder.

It shares no code with the package, so that either can be checked against the other.
"""

import warnings

# torch says so at import; nothing here converts to or from NumPy.
warnings.filterwarnings("ignore", message="Failed to initialize NumPy")
