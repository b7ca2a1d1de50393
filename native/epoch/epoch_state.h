#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "epoch_tables.h"

namespace layer_rotation::kernel {

/// The EpochTables of one training and the memory that they point to. The tables' address stays the same, whatever
/// becomes of the memory.
class EpochState {
 public:
  explicit EpochState(at::Device device);

  EpochTables* tables() const { return static_cast<EpochTables*>(on_device_.mutable_data_ptr()); }
  at::Device device() const { return on_device_.device(); }

  // What the next epoch looks up, given before begin().
  void set_images(const std::vector<int32_t>& order, uint32_t augmentation_key);
  /// [steps][layers]
  void set_rates(const std::vector<double>& rates);
  /// Makes space for so many.
  void reserve(int64_t losses, int64_t records, int64_t layers);
  /// Of the examples that were seen in the epoch so far.
  void set_sums(const ExampleSums& sums);
  /// Puts everything where the kernels find it, at the epoch's first step.
  void begin(int64_t total_steps);

  /// Enqueues the move to the next step, after one of `images` images.
  void advance(int64_t images, bool recorded);
  /// The steps that were made: fewer than were enqueued where one diverged. Waits for the device, on which work may
  /// change things again.
  int64_t end();

  /// Of the examples so far. Waits for the device.
  ExampleSums sums() const;
  /// The same as bytes on the device, for who enqueues a copy: an ExampleSums.
  const at::Tensor& sums_on_device() const { return sums_; }
  /// fp64 [count], on the host. Waits for the device.
  std::vector<double> losses(int64_t count) const;
  /// [records][layers]. Waits for the device.
  std::vector<rotation::StepSums> records(int64_t count) const;

 private:
  EpochTables next_;
  int64_t layers_ = 0;
  at::Tensor on_device_;  ///< bytes: an EpochTables
  at::Tensor order_, rates_, losses_, sums_, records_;
};

}  // namespace layer_rotation::kernel
