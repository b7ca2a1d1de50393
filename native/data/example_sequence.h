#pragma once

#include <c10/util/ArrayRef.h>

#include <optional>
#include <vector>

#include "../device/backend.h"
#include "augmentation.h"
#include "examples.h"
#include "operations/rand_augment.h"

namespace layer_rotation {

/// Examples in the order in which they are visited, images placed and changed as the augmentation says. The examples
/// and the order must outlive this object.
class ExampleSequence {
 public:
  /// Visits all examples as they are, in their own order; batches of images are views.
  explicit ExampleSequence(const Examples& examples);
  /// Visits the examples at `order`, each index in 0 … examples.size()-1. Augmentation needs images [channels, height,
  /// width]. Backend::kCpu selects this addon's CPU kernel for images of bytes; ATen operations give the same batches.
  ExampleSequence(const Examples& examples, c10::ArrayRef<int32_t> order, const Augmentation& augmentation,
                  Backend backend);

  int64_t size() const { return in_order_ ? examples_.size() : static_cast<int64_t>(order_.size()); }
  /// Returns the examples with the places begin … end-1 in the order.
  Batch batch(int64_t begin, int64_t end) const;
  /// Returns the labels of images with these places, not all of a sequence in its own order.
  at::Tensor labels(int64_t begin, int64_t end) const;

 private:
  Batch gather_cpu(int64_t begin, int64_t end) const;
  Batch gather_aten(int64_t begin, int64_t end) const;
  /// Changes gathered images, which go to the CPU and come back.
  at::Tensor rand_augmented(const at::Tensor& images, int64_t begin) const;
  void prepare_aten();

  const Examples& examples_;
  bool in_order_;
  c10::ArrayRef<int32_t> order_;
  Augmentation augmentation_;
  bool has_cpu_kernel_;
  std::optional<RandAugment> rand_augment_;

  // These serve the ATen operations, and lie on the device of the examples.
  at::Tensor indices_;         ///< int64 [n]: the order
  at::Tensor row_shifts_;      ///< int64 [n]: the row of row_sources_ for each image
  at::Tensor column_shifts_;   ///< int64 [n]: the row of column_sources_ for each image
  at::Tensor row_sources_;     ///< int64 [shifts, height]: the source of each row of a shifted image, or kNowhere
  at::Tensor column_sources_;  ///< int64 [2·shifts, width]: the same for columns, the second half mirrored
};

}  // namespace layer_rotation
