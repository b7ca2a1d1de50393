#pragma once

#include <ATen/core/Tensor.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "../model/network.h"
#include "../processes/process_group.h"
#include "loss.h"

namespace layer_rotation {

/// The work of several processes that make each training step together. Each takes a part of the batch; the gradients
/// of all parts add up in one exchange, which also carries losses, hits, running statistics and requests to stop, so
/// that every process decides and updates alike, from the same bits. The network must outlive it.
class SharedStep {
 public:
  SharedStep(std::shared_ptr<ProcessGroup> group, Network& network, at::Device device);

  int rank() const { return group_->rank(); }

  /// The examples begin … end-1 of some that this process takes; none where there are fewer examples than processes.
  struct Part {
    int64_t begin;
    int64_t end;
    int64_t size() const { return end - begin; }
  };
  Part part(int64_t examples) const;

  /// Copies the tensors of rank 0 to all.
  void broadcast(const std::vector<at::Tensor>& tensors);
  /// Replaces a tensor by its sum over all processes.
  void add_up(at::Tensor& tensor);
  /// Throws Error DEVICE_FAILED where the network is no longer that of rank 0, bit for bit.
  void check_same_network();

  /// Begins an epoch.
  void begin_epoch();
  /// Takes a request to stop along in the next exchange.
  void ask_to_stop(bool asks) { asks_to_stop_ = asks; }
  /// Adds up what the processes have made of their parts of a batch. `own` is this one's, without a value if its part
  /// is empty. The parameters then hold the gradients of the whole batch, unless its loss is not finite; running
  /// statistics are the mean over the processes, weighted by their examples. Throws Error PROCESS_LOST if a process
  /// does not take part; the running statistics are then as they were before the step.
  BatchLoss add_up(const std::optional<BatchLoss>& own, const Part& part, int64_t examples);

  /// Returns whether some process asked to stop in the last exchange, so that all stop.
  bool must_stop() const { return must_stop_; }
  /// Returns whether another process than rank 0 did so since begin_epoch().
  bool others_asked() const { return others_asked_; }
  /// Seconds of the exchanges since begin_epoch(), waiting for slower processes included.
  double seconds() const { return seconds_; }

 private:
  void pack(const std::optional<BatchLoss>& own, const Part& part, int64_t examples);
  void keep_statistics();
  /// Calls `exchange(collectives)`; a failure becomes Error PROCESS_LOST.
  template <class Exchange>
  void with_collectives(Exchange exchange);

  std::shared_ptr<ProcessGroup> group_;
  Network& network_;
  at::Device device_;
  at::Tensor sums_;                                 ///< fp32: gradients, running statistics, and the tail of numbers
  std::vector<at::Tensor> parameters_, gradients_;  ///< those with a gradient, and the places of these in `sums_`
  std::vector<at::Tensor> statistics_, statistic_sums_;  ///< running statistics, and their places in `sums_`
  std::vector<at::Tensor> kept_;                         ///< the running statistics before the step
  at::Tensor tail_;                                      ///< the last numbers of `sums_`
  bool asks_to_stop_ = false;
  bool must_stop_ = false;
  bool others_asked_ = false;
  double seconds_ = 0;
};

}  // namespace layer_rotation
