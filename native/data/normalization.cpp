#include "normalization.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>

#include <algorithm>

#include "../device/clones.h"

namespace layer_rotation {
namespace {

constexpr int64_t kBytes = 256;
/// Normalising fewer pixels than this is not worth another thread.
constexpr int64_t kNormalizeGrain = 16 * 1024;

/// Normalises consecutive pixels of one plane.
template <class Value>
LAYER_ROTATION_INLINE void look_up(const uint8_t* from, const Value* values, int64_t size, Value* to, int64_t stride) {
  for (int64_t i = 0; i < size; ++i) to[i * stride] = values[from[i]];
}

/// Normalises one image and transposes it: [channels, plane] → [plane, channels].
template <int Channels, class Value>
LAYER_ROTATION_INLINE void interleave(const uint8_t* from, const Value* values, int64_t table_step, int64_t plane,
                                      Value* to) {
  for (int64_t i = 0; i < plane; ++i) {
    for (int channel = 0; channel < Channels; ++channel) {
      to[i * Channels + channel] = values[channel * table_step + from[channel * plane + i]];
    }
  }
}

/// Normalises one image. `values`: [1 or channels][kBytes].
template <class Value>
void normalize_image(const uint8_t* from, const std::vector<Value>& values, int64_t channels, int64_t plane,
                     bool channels_last, Value* to) {
  const int64_t table_step = static_cast<int64_t>(values.size()) == kBytes ? 0 : kBytes;
  if (channels_last && channels == 3) return interleave<3>(from, values.data(), table_step, plane, to);
  for (int64_t channel = 0; channel < channels; ++channel) {
    const Value* table = values.data() + channel * table_step;
    if (channels_last) {
      look_up(from + channel * plane, table, plane, to + channel, channels);
    } else {
      look_up(from + channel * plane, table, plane, to + channel * plane, 1);
    }
  }
}

template <class Value>
void normalize(const at::Tensor& pixels, const std::vector<Value>& values, bool channels_last, at::Tensor& to) {
  const int64_t images = pixels.size(0), bytes = pixels.numel() / std::max<int64_t>(1, images);
  const int64_t channels = pixels.dim() == 4 ? pixels.size(1) : 1, plane = bytes / channels;
  const auto* from = pixels.const_data_ptr<uint8_t>();
  Value* target = to.data_ptr<Value>();
  at::parallel_for(0, images, std::max<int64_t>(1, kNormalizeGrain / bytes), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      normalize_image(from + i * bytes, values, channels, plane, channels_last, target + i * bytes);
    }
  });
}

at::Tensor numbers(const std::vector<double>& values, at::Device device) {
  const at::Tensor tensor = at::tensor(at::ArrayRef<double>(values)).to(device, at::kFloat);
  return values.size() == 1 ? tensor.squeeze(0) : tensor.view({-1, 1, 1});
}

}  // namespace

Normalization::Normalization(const NormalizationSpec& spec, at::Device device, Backend backend)
    : backend_(backend), mean_(numbers(spec.mean, device)), deviation_(numbers(spec.deviation, device)) {
  if (spec.mean.size() == 1) scalar_ = Scalar{spec.mean[0], spec.deviation[0]};
  for (size_t channel = 0; channel < spec.mean.size(); ++channel) {
    const auto mean = static_cast<float>(spec.mean[channel]), deviation = static_cast<float>(spec.deviation[channel]);
    for (int64_t byte = 0; byte < kBytes; ++byte) {
      fp32_values_.push_back((static_cast<float>(byte) - mean) / deviation);
      bf16_values_.push_back(at::BFloat16(fp32_values_.back()));
    }
  }
}

at::Tensor Normalization::operator()(const at::Tensor& pixels, at::ScalarType dtype, at::MemoryFormat format) const {
  const bool are_floats = pixels.scalar_type() == at::kFloat;
  if (backend_ == Backend::kCpu && !are_floats) return normalize_cpu(pixels, dtype, format);
  return pixels.to(at::kFloat, /*non_blocking=*/false, /*copy=*/are_floats, format)
      .sub_(mean_)
      .div_(deviation_)
      .to(dtype);
}

at::Tensor Normalization::normalize_cpu(const at::Tensor& pixels, at::ScalarType dtype, at::MemoryFormat format) const {
  TORCH_CHECK(dtype == at::kFloat || dtype == at::kBFloat16, "pixels are normalised to fp32 or bf16, not ", dtype);
  at::Tensor result = at::empty(pixels.sizes(), at::dtype(dtype), format);
  const bool channels_last = format == at::MemoryFormat::ChannelsLast;
  if (dtype == at::kFloat) {
    normalize(pixels.contiguous(), fp32_values_, channels_last, result);
  } else {
    normalize(pixels.contiguous(), bf16_values_, channels_last, result);
  }
  return result;
}

}  // namespace layer_rotation
