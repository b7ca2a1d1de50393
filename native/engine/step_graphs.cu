#include "step_graphs.h"

#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>
#include <cuda_runtime.h>

#include <exception>
#include <map>

namespace layer_rotation {
namespace {

/// Steps of a kind before it is captured. One would do for the libraries; a second one takes its memory from what the
/// first one left, as all later ones do.
constexpr int kWarmUps = 2;

struct Captured {
  GradientTable gradients;
  at::cuda::CUDAGraph graph;
};

/// Ends a capture that failed: what its error says is known already.
void abandon(at::cuda::CUDAGraph& graph) {
  try {
    graph.capture_end();
  } catch (const std::exception&) {
  }
  cudaGetLastError();  // else the next launch would report it
}

std::string first_line(const std::string& message) { return message.substr(0, message.find('\n')); }

}  // namespace

struct StepGraphs::Implementation {
  BlockOptimizer& optimizer;
  std::map<StepKind, int> warm_ups;
  std::map<StepKind, std::unique_ptr<Captured>> captured;
  bool failed = false;
  std::string failure;

  /// All of them take their memory from one pool: they run one after another, and nothing of one outlives it.
  auto pool() {
    using Pool = decltype(captured.begin()->second->graph.pool());
    return captured.empty() ? Pool{0, 0} : captured.begin()->second->graph.pool();
  }

  Captured* capture(const StepKind& kind, const std::function<void()>& step) {
    if (captured.empty()) {
      // What the first steps used is to serve the graph, which has memory of its own.
      c10::cuda::device_synchronize();
      c10::cuda::CUDACachingAllocator::emptyCache();
    }
    auto one = std::make_unique<Captured>();
    optimizer.begin_capture(one->gradients);
    try {
      // Only what this thread does counts: other trainers may allocate memory meanwhile.
      one->graph.capture_begin(pool(), cudaStreamCaptureModeThreadLocal);
      try {
        step();
      } catch (...) {
        abandon(one->graph);
        throw;
      }
      one->graph.capture_end();
    } catch (const c10::Error& error) {
      failure = first_line(error.what_without_backtrace());
    } catch (const std::exception& error) {
      failure = first_line(error.what());
    }
    if (!failure.empty()) {
      failed = true;
      cudaGetLastError();
      optimizer.abandon_capture();
      return nullptr;
    }
    optimizer.end_capture();
    return (captured[kind] = std::move(one)).get();
  }
};

StepGraphs::StepGraphs(at::Device device, BlockOptimizer& optimizer, bool capture) {
  if (device.is_cuda() && capture) implementation_.reset(new Implementation{optimizer, {}, {}, false, {}});
}

StepGraphs::~StepGraphs() = default;

void StepGraphs::run(const StepKind& kind, const std::function<void()>& step) {
  if (implementation_ == nullptr || implementation_->failed) return step();
  Implementation& graphs = *implementation_;
  const auto found = graphs.captured.find(kind);
  Captured* one = found == graphs.captured.end() ? nullptr : found->second.get();
  if (one == nullptr) {
    if (graphs.warm_ups[kind]++ < kWarmUps) return step();
    one = graphs.capture(kind, step);
    if (one == nullptr) return step();
  }
  one->graph.replay();
}

std::string StepGraphs::take_failure() {
  return implementation_ == nullptr ? std::string() : std::exchange(implementation_->failure, std::string());
}

}  // namespace layer_rotation
