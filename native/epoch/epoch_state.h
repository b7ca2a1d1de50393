#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "advance_step.h"
#include "epoch_tables.h"

namespace layer_rotation {

/// The EpochTables of one training and the memory that they point to. The address of the tables stays the same when
/// that memory is replaced.
class EpochState {
 public:
  explicit EpochState(at::Device device);

  EpochTables* tables() const { return static_cast<EpochTables*>(on_device_.mutable_data_ptr()); }
  at::Device device() const { return on_device_.device(); }

  // These set what the next epoch looks up, and are called before begin().
  void set_images(const std::vector<int32_t>& order, uint32_t augmentation_key);
  /// Unless it is empty: the pixels of each image in the order that are 0 after normalisation.
  void set_erased(const std::vector<Box>& erased);
  void set_mixing(const Mixing& mixing);
  /// [steps][layers]
  void set_rates(const std::vector<double>& rates);
  /// Makes space for that many losses, and records of that many layers.
  void reserve(int64_t losses, int64_t records, int64_t layers);
  /// The sums over the examples that the epoch has seen so far.
  void set_sums(const ExampleSums& sums);
  /// Uploads all of this to the tables, which then refer to the epoch's first step.
  void begin(int64_t total_steps);

  /// The number of steps before the epoch's first, as begin() was told.
  int64_t first_step() const { return next_.total_steps; }
  /// Enqueues the beginning of a later part of a step, whose batch goes through the network in parts.
  void begin_part(int64_t first_image);
  /// Says how many images of the part other processes have, before the first one in this network: dropout draws as if
  /// they were here. For networks without block kernels.
  void skip_images(int64_t images) { skipped_images_ = images; }
  int64_t skipped_images() const { return skipped_images_; }
  /// The end of a step that took `images` images, which the last kernel of an update makes.
  AdvanceStep end_of_step(int64_t images, bool recorded) const { return {tables(), images, recorded}; }
  /// Enqueues the end of a step by itself.
  void advance(int64_t images, bool recorded);
  /// The number of steps that were made, which is less than were enqueued where one diverged. Waits for the device, and
  /// clears the mark of divergence, so that later work changes the parameters again.
  int64_t end();

  /// The sums over the examples so far. Waits for the device.
  ExampleSums sums() const;
  /// fp64 [count], on the host. Waits for the device.
  std::vector<double> losses(int64_t count) const;

  // Bytes on the device, for copies that are enqueued: an EpochTables, an ExampleSums, and the losses from one step to
  // another.
  const at::Tensor& tables_on_device() const { return on_device_; }
  const at::Tensor& sums_on_device() const { return sums_; }
  at::Tensor losses_on_device(int64_t begin, int64_t end) const;

  /// [records][layers]. Waits for the device.
  std::vector<rotation::StepSums> records(int64_t count) const;

 private:
  EpochTables next_;
  int64_t layers_ = 0;
  int64_t skipped_images_ = 0;
  at::Tensor on_device_;  ///< bytes: an EpochTables
  at::Tensor order_, erased_, partners_, erased_partners_, mixes_, rates_, losses_, sums_, records_;
};

}  // namespace layer_rotation
