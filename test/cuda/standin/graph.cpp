#include "graph.h"

#include <map>
#include <string>

#include "journal.h"

namespace standin {
namespace {

const char* kind_of(const Work& node) {
  switch (node.kind) {
    case WorkKind::kCudnn: return "cuDNN";
    case WorkKind::kCublas: return "cuBLAS";
    case WorkKind::kCopy: return "memcpy";
    case WorkKind::kFill: return "memset";
    case WorkKind::kOperation: return "ATen";
    case WorkKind::kKernel: break;
  }
  return node.name.find("layer_rotation") == std::string::npos ? "ATen" : "own";
}

}  // namespace

void describe(const Graph& graph) {
  std::map<std::string, int> kinds;
  std::map<std::string, int> names;
  for (const Work& node : graph.nodes) {
    ++kinds[kind_of(node)];
    ++names[std::string(kind_of(node)) + ' ' + node.name];
  }
  std::string text = "nodes " + std::to_string(graph.nodes.size());
  for (const auto& [kind, count] : kinds) text += ", " + std::string(kind) + ' ' + std::to_string(count);
  write_journal("graph", text);
  for (const auto& [name, count] : names) write_journal("node", std::to_string(count) + ' ' + name);
}

}  // namespace standin
