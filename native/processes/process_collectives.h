#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/intrusive_ptr.h>

#include <chrono>
#include <memory>
#include <string>

namespace c10d {
class Store;
}  // namespace c10d

namespace layer_rotation {

/// How processes connect to exchange tensors.
struct CollectivesSpec {
  int rank;
  int size;
  std::string address;  ///< of the store, which tells whether all processes are on this machine
  std::chrono::milliseconds timeout;
};

/// Sums and copies of tensors over processes: by Gloo on the CPU, by NCCL on CUDA devices. Each throws a
/// std::exception if a process does not take part within the timeout, or has ended.
class ProcessCollectives {
 public:
  /// Connects to all others, which must do the same. Throws Error DEVICE_UNAVAILABLE for CUDA if the addon was built
  /// without NCCL.
  ProcessCollectives(const CollectivesSpec& spec, at::Device device, const c10::intrusive_ptr<c10d::Store>& store);
  ~ProcessCollectives();

  /// Replaces a contiguous tensor by the sum over all processes, which has the same bits on each. Waits for it.
  void sum(at::Tensor tensor);
  /// Replaces a contiguous tensor by that of rank 0.
  void broadcast(at::Tensor tensor);

 private:
  struct Backend;
  std::unique_ptr<Backend> backend_;
};

}  // namespace layer_rotation
