#include "process_collectives.h"

#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#ifdef USE_C10D_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

#include <cstdlib>
#include <vector>

#include "../error.h"

namespace layer_rotation {
namespace {

using c10d::ProcessGroupGloo;

bool is_loopback(const std::string& address) {
  return address == "localhost" || address == "::1" || address.starts_with("127.");
}

/// The network interface, as PyTorch chooses it: the one that GLOO_SOCKET_IFNAME names, or else that of this host's
/// name.
std::shared_ptr<gloo::transport::Device> network_device(const std::string& address) {
  const char* interface = std::getenv("GLOO_SOCKET_IFNAME");
  if (interface != nullptr && *interface != '\0') return ProcessGroupGloo::createDeviceForInterface(interface);
  if (is_loopback(address)) return ProcessGroupGloo::createDeviceForHostname("127.0.0.1");
  return ProcessGroupGloo::createDefaultDevice();
}

c10::intrusive_ptr<c10d::Backend> connect(const CollectivesSpec& spec, at::Device device,
                                          const c10::intrusive_ptr<c10d::Store>& store) {
  if (device.is_cuda()) {
#ifdef USE_C10D_NCCL
    // Without this a process that is lost makes NCCL's watchdog abort the others, which then cannot say why.
    setenv("TORCH_NCCL_BLOCKING_WAIT", "1", /*overwrite=*/0);
    auto options = c10d::ProcessGroupNCCL::Options::create();
    options->timeout = spec.timeout;
    return c10::make_intrusive<c10d::ProcessGroupNCCL>(store, spec.rank, spec.size, options);
#else
    throw Error("DEVICE_UNAVAILABLE",
                "processes: the addon was built without NCCL; train on the CPU, or in one process");
#endif
  }
  auto options = ProcessGroupGloo::Options::create(spec.timeout);
  options->devices.push_back(network_device(spec.address));
  return c10::make_intrusive<ProcessGroupGloo>(store, spec.rank, spec.size, options);
}

}  // namespace

struct ProcessCollectives::Backend {
  c10::intrusive_ptr<c10d::Backend> own;
};

ProcessCollectives::ProcessCollectives(const CollectivesSpec& spec, at::Device device,
                                       const c10::intrusive_ptr<c10d::Store>& store)
    : backend_(new Backend{connect(spec, device, store)}) {}

ProcessCollectives::~ProcessCollectives() = default;

void ProcessCollectives::sum(at::Tensor tensor) {
  std::vector<at::Tensor> tensors{std::move(tensor)};
  backend_->own->allreduce(tensors)->wait();
}

void ProcessCollectives::broadcast(at::Tensor tensor) {
  std::vector<at::Tensor> tensors{std::move(tensor)};
  backend_->own->broadcast(tensors)->wait();
}

}  // namespace layer_rotation
