#ifndef LAYER_ROTATION_CUDA_KERNELS

#include "step_graphs.h"

namespace layer_rotation {

struct StepGraphs::Implementation {};

StepGraphs::StepGraphs(at::Device, BlockOptimizer&, bool) {}
StepGraphs::~StepGraphs() = default;

void StepGraphs::run(const StepKind&, const std::function<void()>& step) { step(); }

std::string StepGraphs::take_failure() { return {}; }

}  // namespace layer_rotation

#endif
