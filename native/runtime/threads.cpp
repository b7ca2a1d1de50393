#include "threads.h"

#include <ATen/Parallel.h>

namespace layer_rotation {

int default_threads() {
  static const int threads = at::get_num_threads();
  return threads;
}

void use_threads(int threads) {
  const int by_default = default_threads();  // before anything changes it
  const int wanted = threads > 0 ? threads : by_default;
  if (at::get_num_threads() != wanted) at::set_num_threads(wanted);
}

}  // namespace layer_rotation
