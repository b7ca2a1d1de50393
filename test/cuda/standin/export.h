#pragma once

/// A function that replaces one of CUDA's libraries: the stand-in is loaded before them.
#define LAYER_ROTATION_STANDIN_EXPORT extern "C" __attribute__((visibility("default")))
