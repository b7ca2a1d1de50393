#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "source.h"

namespace standin::ptx {

/// The .global and .const variables of a module.
class ModuleMemory {
 public:
  explicit ModuleMemory(const Source& source);
  ModuleMemory(const ModuleMemory&) = delete;
  ModuleMemory& operator=(const ModuleMemory&) = delete;

  /// The address of a variable; throws std::out_of_range for an unknown one.
  uint64_t address(std::string_view name) const;
  /// Returns whether a stretch of memory lies in one variable.
  bool owns(uint64_t address, uint64_t bytes) const;

 private:
  struct Stored {
    std::vector<uint64_t> words;
    uint64_t bytes;
  };
  std::map<std::string, Stored, std::less<>> variables_;
};

}  // namespace standin::ptx
