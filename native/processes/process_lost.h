#pragma once

namespace layer_rotation {

/// The code of the error that a process of a group has ended or does not answer.
constexpr auto kProcessLost = "PROCESS_LOST";

}  // namespace layer_rotation
