#include "training_input.h"

#include "../data/change_images.h"
#include "../error.h"

namespace layer_rotation {

TrainingInput::TrainingInput(const StepParts& parts, const BatchPlan& plan)
    : parts_(parts),
      plan_(plan),
      augmentation_(parts.augmentation, plan.augmentation_key),
      images_(parts.examples, plan.order, augmentation_, parts.compute.backend) {
  if (!plan.mixing.partners.empty()) {
    partners_.emplace(parts.examples, plan.mixing.partners, augmentation_, parts.compute.backend);
  }
}

TrainingPart TrainingInput::part(int64_t begin, int64_t end, int64_t step) const {
  const Batch batch = images_.batch(begin, end);
  if (!partners_) {
    if (parts_.augmentation.cutout == 0) return {batch.inputs, batch.labels};
    return {{normalized(batch, plan_.order.data() + begin), true}, batch.labels};
  }
  const Mix& mix = plan_.mixing.mixes[static_cast<size_t>(step)];
  at::Tensor images = normalized(batch, plan_.order.data() + begin);
  const Batch others = partners_->batch(begin, end);
  if (!mix.keeps()) {
    images = mixed(images, normalized(others, plan_.mixing.partners.data() + begin), mix);
  }
  return {{images, true}, {batch.labels, others.labels, mix.share}};
}

at::Tensor TrainingInput::normalized(const Batch& batch, const int32_t* indices) const {
  at::Tensor images = parts_.normalization(batch.inputs, parts_.compute.precision, parts_.network.input_format());
  if (parts_.augmentation.cutout == 0) return images;
  std::vector<Box> boxes;
  for (int64_t i = 0; i < images.size(0); ++i) {
    boxes.push_back(augmentation_.erased(indices[i], images.size(2), images.size(3)));
  }
  erase(images, boxes);
  return images;
}

}  // namespace layer_rotation
