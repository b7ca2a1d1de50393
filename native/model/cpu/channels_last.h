#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <type_traits>

namespace layer_rotation {

// In channels_last memory, activations [batch, channels, height, width] are a row-major matrix [batch·height·width,
// channels]; activations [batch, channels] are a matrix anyway. The CPU kernels work on such matrices of fp32 or bf16.

/// A pass over fewer numbers than this is not worth another thread.
constexpr int64_t kGrain = 32 * 1024;

inline at::MemoryFormat rows_format(const at::Tensor& activations) {
  return activations.dim() == 4 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous;
}

/// Returns whether the CPU kernels take the tensor as it lies in memory.
inline bool is_matrix_on_cpu(const at::Tensor& activations) {
  const bool known_type = activations.scalar_type() == at::kFloat || activations.scalar_type() == at::kBFloat16;
  const bool known_shape = activations.dim() == 2 || activations.dim() == 4;
  return activations.device().is_cpu() && known_type && known_shape &&
         activations.is_contiguous(rows_format(activations));
}

/// Returns the tensor itself if it is such a matrix, otherwise a copy that is.
inline at::Tensor as_matrix(const at::Tensor& activations) { return activations.contiguous(rows_format(activations)); }

/// The numbers of a tensor as CPU kernels take them: fp32, or the bits of bf16.
template <class Number>
const Number* numbers(const at::Tensor& tensor) {
  if constexpr (std::is_same_v<Number, float>) return tensor.const_data_ptr<float>();
  return reinterpret_cast<const Number*>(tensor.const_data_ptr<at::BFloat16>());
}

template <class Number>
Number* mutable_numbers(const at::Tensor& tensor) {
  if constexpr (std::is_same_v<Number, float>) return tensor.data_ptr<float>();
  return reinterpret_cast<Number*>(tensor.data_ptr<at::BFloat16>());
}

/// Calls body(Number{}) with the type in which CPU kernels take the numbers of the tensor.
template <class Body>
auto with_number(const at::Tensor& tensor, const Body& body) {
  return tensor.scalar_type() == at::kBFloat16 ? body(uint16_t{}) : body(float{});
}

}  // namespace layer_rotation
