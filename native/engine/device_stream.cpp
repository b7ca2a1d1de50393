#include "device_stream.h"

#include <ATen/Context.h>
#include <c10/core/impl/VirtualGuardImpl.h>

namespace layer_rotation {

DeviceStream::DeviceStream(at::Device device) : device_(device) {
  if (device.is_cuda()) stream_ = c10::impl::VirtualGuardImpl(device.type()).getStreamFromGlobalPool(device);
}

DeviceStream::Use::Use(const std::optional<c10::Stream>& stream, const ComputeSpec& compute)
    : had_multithreading_(c10::AutogradState::get_tls_state().get_multithreading_enabled()) {
  if (!stream) return;
  guard_.reset_stream(*stream);
  c10::AutogradState::get_tls_state().set_multithreading_enabled(false);
  at::Context& context = at::globalContext();
  // The same numbers in every run, unless speed was asked for; then at least with the same algorithms.
  context.setDeterministicCuDNN(true);
  context.setBenchmarkCuDNN(compute.cudnn_benchmark);
  context.setAllowTF32CuDNN(compute.tf32);
  context.setAllowTF32CuBLAS(compute.tf32);
}

DeviceStream::Use::~Use() { c10::AutogradState::get_tls_state().set_multithreading_enabled(had_multithreading_); }

}  // namespace layer_rotation
