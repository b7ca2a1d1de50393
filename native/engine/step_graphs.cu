#include "step_graphs.h"

#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAStream.h>
#include <cuda_runtime.h>

#include <exception>
#include <map>
#include <mutex>
#include <set>

namespace layer_rotation {
namespace {

/// Steps of a kind before it is captured. One would do for the libraries; a second one takes its memory from what the
/// first one left, as all later ones do.
constexpr int kWarmUps = 2;

struct Captured {
  GradientTable gradients;
  at::cuda::CUDAGraph graph;
};

/// Held while a graph is captured or goes: LibTorch has one generator for all captures of a device.
std::mutex& one_at_a_time() {
  static std::mutex& mutex = *new std::mutex;  // never destroyed: at the end of the process threads may still compute
  return mutex;
}

using Pool = decltype(at::cuda::graph_pool_handle());

/// Ends a capture that failed: what its error says is known already.
void abandon(at::cuda::CUDAGraph& graph, const Pool& pool) {
  try {
    graph.capture_end();
  } catch (const std::exception&) {
  }
  try {
    // Where it did not come so far: else the allocator would free nothing any more.
    c10::cuda::CUDACachingAllocator::endAllocateToPool(c10::cuda::current_device(), pool);
  } catch (const std::exception&) {
  }
  cudaGetLastError();  // else the next launch would report it
}

std::string first_line(const std::string& message) { return message.substr(0, message.find('\n')); }

}  // namespace

struct StepGraphs::Implementation {
  BlockOptimizer& optimizer;
  /// All graphs take their memory from it: they run one after another, and nothing of one outlives it.
  Pool pool = at::cuda::graph_pool_handle();
  std::map<StepKind, int> warm_ups;
  std::map<StepKind, std::unique_ptr<Captured>> captured;
  std::set<StepKind> failed;
  std::string failure;

  explicit Implementation(BlockOptimizer& optimizer) : optimizer(optimizer) {}
  ~Implementation() {
    const std::lock_guard lock(one_at_a_time());
    captured.clear();
  }

  /// Null where it fails.
  Captured* capture(const StepKind& kind, const std::function<void()>& step) {
    const std::lock_guard lock(one_at_a_time());
    auto one = std::make_unique<Captured>();
    optimizer.begin_capture(one->gradients);
    try {
      // What other steps and evaluations used is to serve the graph, which has memory of its own.
      c10::cuda::getCurrentCUDAStream().synchronize();
      c10::cuda::CUDACachingAllocator::emptyCache();
      // Only what this thread does counts: other trainers may allocate memory meanwhile.
      one->graph.capture_begin(pool, cudaStreamCaptureModeThreadLocal);
      try {
        step();
        one->graph.capture_end();
      } catch (...) {
        abandon(one->graph, pool);
        throw;
      }
      optimizer.end_capture();
      return (captured[kind] = std::move(one)).get();
    } catch (const c10::Error& error) {
      failure = first_line(error.what_without_backtrace());
    } catch (const std::exception& error) {
      failure = first_line(error.what());
    }
    cudaGetLastError();
    optimizer.abandon_capture();
    failed.insert(kind);
    return nullptr;
  }
};

StepGraphs::StepGraphs(at::Device device, BlockOptimizer& optimizer, bool capture) {
  if (device.is_cuda() && capture) implementation_ = std::make_unique<Implementation>(optimizer);
}

StepGraphs::~StepGraphs() = default;

void StepGraphs::run(const StepKind& kind, const std::function<void()>& step) {
  if (implementation_ == nullptr || implementation_->failed.count(kind) > 0) return step();
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
