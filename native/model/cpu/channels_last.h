#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <type_traits>

namespace layer_rotation {

// Activations of [batch, channels, height, width] in channels_last memory are a row-major matrix of
// [batch·height·width, channels]; those of [batch, channels] are one as they are. The CPU kernels work on such matrices
// of fp32 or bf16.

/// Numbers below which a pass over them is not worth another thread.
constexpr int64_t kGrain = 32 * 1024;

inline at::MemoryFormat rows_format(const at::Tensor& activations) {
  return activations.dim() == 4 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous;
}

/// Whether the CPU kernels take the tensor as it lies in memory.
inline bool is_matrix_on_cpu(const at::Tensor& activations) {
  const bool known_type = activations.scalar_type() == at::kFloat || activations.scalar_type() == at::kBFloat16;
  const bool known_shape = activations.dim() == 2 || activations.dim() == 4;
  return activations.device().is_cpu() && known_type && known_shape &&
         activations.is_contiguous(rows_format(activations));
}

/// The tensor as such a matrix: itself, or a copy.
inline at::Tensor as_matrix(const at::Tensor& activations) { return activations.contiguous(rows_format(activations)); }

/// The numbers of a tensor as kernels take them: fp32, or the bits of bf16.
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

/// body(Number{}) with the type in which kernels take the numbers of the tensor.
template <class Body>
auto with_number(const at::Tensor& tensor, const Body& body) {
  return tensor.scalar_type() == at::kBFloat16 ? body(uint16_t{}) : body(float{});
}

}  // namespace layer_rotation
