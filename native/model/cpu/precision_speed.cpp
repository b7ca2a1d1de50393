#include "precision_speed.h"

#include <ATen/ops/conv2d.h>
#include <ATen/ops/zeros.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <chrono>
#include <limits>

namespace layer_rotation {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

/// A convolution of 0.6 GFLOP, in the size of a VGG's or ResNet's middle layers. Its time does not depend on the
/// numbers.
class TimedConvolution {
 public:
  explicit TimedConvolution(at::ScalarType type)
      : images_(at::zeros({8, 128, 16, 16}, options(type))), weights_(at::zeros({128, 128, 3, 3}, options(type))) {
    at::conv2d(images_, weights_, {}, 1, 1);  // prepares oneDNN
  }

  void run() {
    const auto begin = Clock::now();
    at::conv2d(images_, weights_, {}, 1, 1);
    fastest_ = std::min(fastest_, Seconds(Clock::now() - begin).count());
  }

  /// Seconds of the fastest call: others may have been held up by other programs.
  double fastest() const { return fastest_; }

 private:
  static at::TensorOptions options(at::ScalarType type) {
    return at::device(at::kCPU).dtype(type).memory_format(at::MemoryFormat::ChannelsLast);
  }

  at::Tensor images_;
  at::Tensor weights_;
  double fastest_ = std::numeric_limits<double>::infinity();
};

}  // namespace

double bf16_speed() {
  constexpr int kLeast = 2;
  constexpr Seconds kEnough{0.06};
  const c10::InferenceMode no_gradients;
  TimedConvolution fp32(at::kFloat), bf16(at::kBFloat16);
  const auto begin = Clock::now();
  for (int call = 0; call < kLeast || Clock::now() - begin < kEnough; ++call) {
    fp32.run();
    bf16.run();
  }
  return fp32.fastest() / bf16.fastest();
}

}  // namespace layer_rotation
