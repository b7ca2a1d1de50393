#pragma once

#include <functional>
#include <string>

#include "moment.h"

namespace standin {

enum class WorkKind { kKernel, kOperation, kCudnn, kCublas, kCopy, kFill };

/// A piece of a stream's work: a launch, or a node of a graph.
struct Work {
  WorkKind kind;
  std::string name;
  std::function<void()> run;  ///< empty if the work is only counted
};

/// Does the work, which is the stream's at `moment`. A fault in a kernel loses the device.
void perform(const Work& work, const Moment& moment, int device);

}  // namespace standin
