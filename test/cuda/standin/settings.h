#pragma once

#include <cstddef>
#include <optional>

namespace standin {

/// The environment's variables LAYER_ROTATION_STANDIN_…, which README.md lists.
struct Settings {
  int devices = 1;
  int processors = 132;
  size_t memory = size_t{139} << 30;  ///< bytes of each device
  bool computes = true;               ///< false: work is counted and not done
  bool poisons = true;
  std::optional<int> most_delay;  ///< in µs; streams then have threads

  // Faults on demand.
  std::optional<size_t> refused_node;  ///< the first node of a capture that fails
  std::optional<size_t> lost_at;       ///< the kernel whose launch loses the device
  bool refuses_memory_while_capturing = false;
};

const Settings& settings();

}  // namespace standin
