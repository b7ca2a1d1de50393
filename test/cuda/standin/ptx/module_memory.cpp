#include "module_memory.h"

#include <cstring>
#include <stdexcept>

namespace standin::ptx {

namespace {

uint64_t address_of(const std::vector<uint64_t>& words) { return reinterpret_cast<uint64_t>(words.data()); }

}  // namespace

ModuleMemory::ModuleMemory(const Source& source) {
  for (const auto& [name, variable] : source.variables) {
    if (variable.space != Variable::kGlobal && variable.space != Variable::kConst) continue;
    Stored stored{std::vector<uint64_t>((variable.size + 7) / 8), variable.size};
    std::memcpy(stored.words.data(), variable.initial.data(), variable.initial.size());
    variables_.emplace(name, std::move(stored));
  }
}

uint64_t ModuleMemory::address(std::string_view name) const {
  const auto found = variables_.find(name);
  if (found == variables_.end()) throw std::out_of_range("no variable of that name");
  return address_of(found->second.words);
}

bool ModuleMemory::owns(uint64_t address, uint64_t bytes) const {
  for (const auto& [name, stored] : variables_) {
    const uint64_t begin = address_of(stored.words);
    if (address >= begin && address + bytes <= begin + stored.bytes) return true;
  }
  return false;
}

}  // namespace standin::ptx
