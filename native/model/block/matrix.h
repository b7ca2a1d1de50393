#pragma once

#include <ATen/core/Tensor.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <utility>

#include "../cpu/channels_last.h"
#include "packed_values.h"

namespace layer_rotation {

/// The sizes of activations as a row-major matrix (see as_matrix()).
struct Matrix {
  explicit Matrix(const at::Tensor& tensor)
      : rows(tensor.numel() / std::max<int64_t>(1, tensor.size(1))), channels(tensor.size(1)) {}
  int64_t rows;
  int64_t channels;
};

/// as_matrix(), but an undefined tensor stays undefined.
inline at::Tensor as_matrix_if_defined(const at::Tensor& activations) {
  return activations.defined() ? as_matrix(activations) : activations;
}

/// Returns the gradients of twins in an order in which the second may be undefined alone.
inline std::pair<at::Tensor, at::Tensor> defined_first(const at::Tensor& first, const at::Tensor& second) {
  return first.defined() ? std::pair(first, second) : std::pair(second, first);
}

/// The activations of a tensor; null if it is undefined.
template <class Value>
const Value* activations(const at::Tensor& tensor) {
  return tensor.defined() ? tensor.const_data_ptr<Value>() : nullptr;
}

template <class Value>
Value* mutable_activations(const at::Tensor& tensor) {
  return tensor.defined() ? tensor.mutable_data_ptr<Value>() : nullptr;
}

/// Calls body.operator()<Value, N>() for activations of the type of the first tensor, of which kernels take N at once:
/// kWide if that divides `row` and if all tensors begin at 16-byte boundaries, else 1.
template <class Body>
void with_packs(std::initializer_list<at::Tensor> tensors, int64_t row, const Body& body) {
  const auto is_aligned = [](const at::Tensor& tensor) {
    return !tensor.defined() || reinterpret_cast<uintptr_t>(tensor.const_data_ptr()) % 16 == 0;
  };
  const bool aligned = std::all_of(tensors.begin(), tensors.end(), is_aligned);
  const auto with = [&]<class Value>() {
    if (aligned && row % kWide<Value> == 0) {
      body.template operator()<Value, kWide<Value>>();
    } else {
      body.template operator()<Value, 1>();
    }
  };
  if (tensors.begin()->scalar_type() == at::kBFloat16) {
    with.template operator()<at::BFloat16>();
  } else {
    with.template operator()<float>();
  }
}

}  // namespace layer_rotation
