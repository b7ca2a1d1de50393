"""The experiments of layer-rotation in plain PyTorch: same config, initial weights, batches and run folder.

It shares no code with the package, so that each can be checked against the other.
"""

import warnings

# torch warns at import if NumPy is missing; nothing here needs NumPy.
warnings.filterwarnings("ignore", message="Failed to initialize NumPy")
