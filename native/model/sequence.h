#pragma once

#include <memory>
#include <vector>

#include "module.h"

namespace layer_rotation {

/// Modules one after the other; none: the identity.
struct Sequence {
  at::Tensor forward(at::Tensor x) const {
    for (const auto& module : modules) x = module->forward(x);
    return x;
  }

  std::vector<std::shared_ptr<Module>> modules;
};

}  // namespace layer_rotation
