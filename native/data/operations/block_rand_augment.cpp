#include "block_rand_augment.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>

#include <utility>
#include <vector>

#include "../../device/upload.h"
#include "change_images_kernel.h"

namespace layer_rotation {

BlockRandAugment::BlockRandAugment(const AugmentationSpec& augmentation, const at::Tensor& examples)
    : augmentation_(augmentation),
      examples_(examples),
      operations_(kernel::uploaded(std::vector<ImageOperations>{image_operations(
                                       augmentation.magnitude, examples.size(1), examples.size(2), examples.size(3))},
                                   examples.device())) {}

at::Tensor BlockRandAugment::operator()(const EpochTables* epoch, int64_t count, bool mixed) const {
  const PartImages images{epoch, mixed ? 2 : 1, static_cast<int32_t>(examples_.size(1)),
                          static_cast<int32_t>(examples_.size(2)), static_cast<int32_t>(examples_.size(3))};
  const int64_t items = count * images.per_place;
  const at::Device device = examples_.device();
  at::Tensor now = at::empty({items, images.channels, images.height, images.width}, examples_.options());
  at::Tensor next = at::empty_like(now);
  kernel::run(CopyImages{images, augmentation_, examples_.const_data_ptr<uint8_t>(), now.mutable_data_ptr<uint8_t>()},
              items, device);
  for (int32_t index = 0; index < augmentation_.operations; ++index) {
    kernel::run(ChangeImages{images, augmentation_, kernel::pointer<ImageOperations>(operations_), index,
                             now.const_data_ptr<uint8_t>(), next.mutable_data_ptr<uint8_t>()},
                items, device);
    std::swap(now, next);
  }
  return now;
}

}  // namespace layer_rotation
