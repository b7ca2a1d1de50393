#include "step_graphs.h"

#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAStream.h>
#include <cuda_runtime.h>

#include <algorithm>
#include <exception>
#include <map>
#include <mutex>
#include <optional>

#include "../error.h"

namespace layer_rotation {
namespace {

/// Steps of a kind before it is captured. One is enough for the libraries; the second one takes its memory from what
/// the first one freed, as all later ones do.
constexpr int kWarmUps = 2;

struct Captured {
  GradientTable gradients;
  std::optional<at::cuda::CUDAGraph> graph;
  bool is_complete = false;
};

/// Held while a graph is captured or destroyed: LibTorch has one generator for all captures of a device.
std::mutex& one_at_a_time() {
  static std::mutex& mutex = *new std::mutex;  // never destroyed: threads may still compute while the process ends
  return mutex;
}

using Pool = decltype(at::cuda::graph_pool_handle());

/// Captures the operations of the current stream while it lives. Unless finish() is reached, the destructor abandons
/// the capture, without an error: the caller already knows what failed.
class Capture {
 public:
  Capture(at::cuda::CUDAGraph& graph, const Pool& pool) : graph_(graph), pool_(pool) {
    try {
      // No thread is restricted. Other trainers may allocate memory meanwhile, and LibTorch, where it finds none, may
      // ask how much is free: in any other mode that question would make the capture invalid, and LibTorch would report
      // this in place of the memory that it lacks.
      graph_.capture_begin(pool_, cudaStreamCaptureModeRelaxed);
    } catch (...) {
      abandon();
      throw;
    }
  }
  void finish() {
    graph_.capture_end();
    finished_ = true;
  }
  ~Capture() {
    if (!finished_) abandon();
  }
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

 private:
  void abandon() noexcept {
    try {
      graph_.capture_end();
    } catch (const std::exception&) {
    }
    try {
      // capture_end() may have failed before it did this; without it the allocator would never free memory again.
      c10::cuda::CUDACachingAllocator::endAllocateToPool(c10::cuda::current_device(), pool_);
    } catch (const std::exception&) {
    }
  }

  at::cuda::CUDAGraph& graph_;
  const Pool& pool_;
  bool finished_ = false;
};

}  // namespace

struct StepGraphs::Implementation {
  BlockOptimizer& optimizer;
  /// The memory of all graphs: they run one after another, and no tensor of a graph outlives its run.
  Pool pool = at::cuda::graph_pool_handle();
  std::map<StepKind, int> warm_ups;
  /// The graphs, failed ones included: when a graph is destroyed, LibTorch 2.12 and later free cuBLAS's workspaces of
  /// the stream, which the other graphs still use. So once a graph is complete, all are destroyed together.
  std::map<StepKind, Captured> captured;
  std::string failure;

  explicit Implementation(BlockOptimizer& optimizer) : optimizer(optimizer) {}
  ~Implementation() {
    const std::lock_guard lock(one_at_a_time());
    captured.clear();
  }

  bool any_complete() const {
    return std::any_of(captured.begin(), captured.end(), [](const auto& item) { return item.second.is_complete; });
  }

  Captured& capture(const StepKind& kind, const std::function<void()>& step) {
    const std::lock_guard lock(one_at_a_time());
    Captured& one = captured[kind];
    one.graph.emplace();
    optimizer.begin_capture(one.gradients);
    try {
      // Frees the memory that other steps and evaluations used, for the graph, which has its own pool.
      c10::cuda::getCurrentCUDAStream().synchronize();
      c10::cuda::CUDACachingAllocator::emptyCache();
      Capture capture(*one.graph, pool);
      step();
      capture.finish();
      optimizer.end_capture();
      one.is_complete = true;
      return one;
    } catch (const c10::Error& error) {
      failure = first_line(error.what_without_backtrace());
    } catch (const std::exception& error) {
      failure = first_line(error.what());
    }
    cudaGetLastError();  // clears the error, which the next launch would report
    optimizer.abandon_capture();
    if (!any_complete()) one.graph.reset();
    return one;
  }
};

StepGraphs::StepGraphs(at::Device device, BlockOptimizer& optimizer, bool capture) {
  if (device.is_cuda() && capture) implementation_ = std::make_unique<Implementation>(optimizer);
}

StepGraphs::~StepGraphs() = default;

void StepGraphs::run(const StepKind& kind, const std::function<void()>& step) {
  if (implementation_ == nullptr) return step();
  Implementation& graphs = *implementation_;
  const auto found = graphs.captured.find(kind);
  if (found == graphs.captured.end() && graphs.warm_ups[kind]++ < kWarmUps) return step();
  Captured& one = found == graphs.captured.end() ? graphs.capture(kind, step) : found->second;
  if (!one.is_complete) return step();
  one.graph->replay();
}

std::string StepGraphs::take_failure() {
  return implementation_ == nullptr ? std::string() : std::exchange(implementation_->failure, std::string());
}

}  // namespace layer_rotation
