#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "block.h"
#include "module.h"
#include "program.h"

namespace standin::ptx {

/// Blocks with their registers, which launches of one kernel use in turn: making them takes longer than a small launch.
class BlockPool {
 public:
  explicit BlockPool(const Program& program) : program_(program) {}

  std::unique_ptr<Block> take(const Grid& grid);
  void give_back(std::unique_ptr<Block> block);

 private:
  const Program& program_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Block>> free_;
};

/// Runs all blocks of a grid: on several host threads where that pays, or on this one where races in global memory are
/// looked for, which LAYER_ROTATION_STANDIN_RACE=1 asks for. Throws the first KernelFault.
void run_grid(const char* parameters, const Grid& grid, BlockPool& pool);

}  // namespace standin::ptx
