#pragma once

#include <torch/version.h>

// The versions that this source is written and tested for; any other stops here instead of failing somewhere inside.
#if TORCH_VERSION_MAJOR != 2 || TORCH_VERSION_MINOR < 11 || TORCH_VERSION_MINOR > 14
#error "layer-rotation supports LibTorch 2.11 to 2.14; set LIBTORCH to one of these and build again"
#endif
