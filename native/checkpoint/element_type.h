#pragma once

#include <cstddef>
#include <cstdint>

namespace layer_rotation::checkpoint {

/// The types of weights in files. Each number of them is a double exactly.
enum class ElementType { kF64, kF32, kF16, kBF16, kF8E4M3, kF8E5M2 };

/// Bytes of an element.
int64_t size_of(ElementType type);

/// Converts `count` elements, which may begin at any address.
void widen(ElementType type, const std::byte* from, int64_t count, double* to);

}  // namespace layer_rotation::checkpoint
