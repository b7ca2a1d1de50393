#pragma once

namespace layer_rotation {

/// Measures how many times as fast a convolution is in bf16 as in fp32 on this CPU, with the threads of the caller. It
/// takes 0.1 s.
double bf16_speed();

}  // namespace layer_rotation
