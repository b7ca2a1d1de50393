#pragma once

#include "program.h"

namespace layer_rotation {

class Argument;

/// Reads a layer of the type 'exported', and looks up its operators. Throws Error INVALID_CONFIG, with the place, if an
/// operator is unknown to this LibTorch or a value is used that no instruction has made.
ProgramSpec read_program(const Argument& layer);

}  // namespace layer_rotation
