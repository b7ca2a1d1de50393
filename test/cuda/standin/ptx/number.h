#pragma once

#include <cstdint>
#include <string_view>

#include "type.h"

namespace standin::ptx {

/// Returns whether a word of PTX is a literal: `-5`, `0x1F`, `12U`, `0f3F800000`.
bool is_number(std::string_view word);

/// The bits of a literal as an operand of `type` has them. A number of fp32 or fp64 is converted to a floating-point
/// type; for other types it is taken as it is.
uint64_t bits_of_number(std::string_view word, Type type);

}  // namespace standin::ptx
