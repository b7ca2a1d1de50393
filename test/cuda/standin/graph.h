#pragma once

#include <vector>

#include "work.h"

namespace standin {

/// A captured graph: its nodes in the order in which they were captured, which is that of one stream.
struct Graph {
  std::vector<Work> nodes;
};

/// Writes into the journal how many nodes of which kind and name a graph has.
void describe(const Graph& graph);

}  // namespace standin
