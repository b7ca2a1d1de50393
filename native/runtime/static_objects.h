#pragma once

namespace layer_rotation {

/// Has LibTorch make the static objects that it makes at the first backward pass, where it has not yet.
void make_static_objects();

}  // namespace layer_rotation
