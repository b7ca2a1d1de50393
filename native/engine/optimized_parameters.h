#pragma once

#include <vector>

#include "../model/network.h"
#include "../optimizer/optimizer.h"

namespace layer_rotation {

/// The network's parameters as an optimizer takes them; parameters that are not trained stop requiring gradients.
/// Throws Error INVALID_CONFIG unless `settings` has exactly one entry for each parameter.
std::vector<OptimizedParameter> optimized_parameters(const Network& network,
                                                     const std::vector<NamedParameterSettings>& settings);

}  // namespace layer_rotation
