#include "place_image.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "../device/clones.h"

namespace layer_rotation {
namespace {

LAYER_ROTATION_CLONES void copy_mirrored(const uint8_t* from, uint8_t* to, int64_t size) {
  for (int64_t i = 0; i < size; ++i) to[i] = from[size - 1 - i];
}

/// The sources of the columns of an image. The columns first … last-1 come from consecutive columns of the source,
/// backwards if the image is mirrored; each of the others lies outside the source and has a column of the padding.
struct Columns {
  int64_t first;
  int64_t last;
  int64_t stretch;               ///< the first of the consecutive columns in the source
  std::vector<int64_t> sources;  ///< for the columns 0 … first-1 and last … width-1

  Columns(const Placement& placement, int64_t width) {
    const int64_t begin = std::clamp<int64_t>(placement.dx, 0, width);
    const int64_t end = std::clamp<int64_t>(width + placement.dx, begin, width);
    first = placement.flip ? width - end : begin;
    last = placement.flip ? width - begin : end;
    stretch = begin < end ? begin - placement.dx : 0;
    const auto source = [&](int64_t x) {
      return source_of((placement.flip ? width - 1 - x : x) - placement.dx, width, placement.padding);
    };
    for (int64_t x = 0; x < first; ++x) sources.push_back(source(x));
    for (int64_t x = last; x < width; ++x) sources.push_back(source(x));
  }
};

}  // namespace

void place_image(const uint8_t* from, int64_t planes, PlaneSize size, const Placement& placement, uint8_t* to) {
  const auto [height, width] = size;
  if (placement.keeps()) {
    std::memcpy(to, from, planes * height * width);
    return;
  }
  const Columns columns(placement, width);
  for (int64_t plane = 0; plane < planes; ++plane) {
    for (int64_t y = 0; y < height; ++y, to += width) {
      const int64_t source_row = source_of(y - placement.dy, height, placement.padding);
      if (source_row == kNowhere) {
        std::memset(to, 0, width);
        continue;
      }
      const uint8_t* row = from + (plane * height + source_row) * width;
      const int64_t length = columns.last - columns.first;
      if (placement.flip) {
        copy_mirrored(row + columns.stretch, to + columns.first, length);
      } else {
        std::memcpy(to + columns.first, row + columns.stretch, length);
      }
      const int64_t* source = columns.sources.data();
      const auto pixel = [&] { return *source == kNowhere ? uint8_t{0} : row[*source]; };
      for (int64_t x = 0; x < columns.first; ++x, ++source) to[x] = pixel();
      for (int64_t x = columns.last; x < width; ++x, ++source) to[x] = pixel();
    }
  }
}

}  // namespace layer_rotation
