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
  const auto normalized = [&](const Batch& of, const std::vector<int32_t>& indices, const std::vector<Box>& erased) {
    return this->normalized(of, indices.data() + begin, erased.empty() ? nullptr : erased.data() + begin);
  };
  if (!partners_) {
    if (parts_.augmentation.cutout == 0 && plan_.erased.empty()) return {batch.inputs, batch.labels};
    return {{normalized(batch, plan_.order, plan_.erased), true}, batch.labels};
  }
  const Mixing& mixing = plan_.mixing;
  const Mix& mix = mixing.mixes[static_cast<size_t>(step)];
  at::Tensor images = normalized(batch, plan_.order, plan_.erased);
  if (mix.keeps()) return {{images, true}, {batch.labels, partners_->labels(begin, end), mix.share}};
  const Batch others = partners_->batch(begin, end);
  images = mixed(images, normalized(others, mixing.partners, mixing.erased), mix);
  return {{images, true}, {batch.labels, others.labels, mix.share}};
}

at::Tensor TrainingInput::normalized(const Batch& batch, const int32_t* indices, const Box* boxes) const {
  at::Tensor images = parts_.normalization(batch.inputs, parts_.compute.precision, parts_.network.input_format());
  if (boxes != nullptr) {
    erase(images, std::vector<Box>(boxes, boxes + images.size(0)));
  } else if (parts_.augmentation.cutout > 0) {
    std::vector<Box> squares;
    for (int64_t i = 0; i < images.size(0); ++i) {
      squares.push_back(augmentation_.erased(indices[i], images.size(2), images.size(3)));
    }
    erase(images, squares);
  }
  return images;
}

}  // namespace layer_rotation
