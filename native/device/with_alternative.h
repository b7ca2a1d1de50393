#pragma once

#include <cstddef>
#include <variant>

#include "clones.h"

namespace layer_rotation {

/// Calls `f` with the alternative that `variant` holds, on the host or in device code. Not std::visit: that one may
/// throw, which device code cannot, and it is not always inlined into the CPU's clones.
template <size_t I = 0, class F, class... T>
LAYER_ROTATION_INLINE auto with_alternative(const std::variant<T...>& variant, F&& f) {
  if constexpr (I + 1 < sizeof...(T)) {
    if (variant.index() != I) return with_alternative<I + 1>(variant, f);
  }
  return f(*std::get_if<I>(&variant));
}

}  // namespace layer_rotation
