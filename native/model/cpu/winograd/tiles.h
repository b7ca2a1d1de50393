#pragma once

#include <cstdint>

#include "../../size2.h"
#include "transforms.h"

namespace layer_rotation::winograd {

/// A tile of outputs: its image, and its place among the rows and columns of that image's tiles.
struct Tile {
  int64_t image, row, column;
};

/// The tiles of images of the given rows and columns, image by image, row by row. The last ones of an image may reach
/// beyond it.
class Tiles {
 public:
  Tiles(int64_t images, Size2 outputs)
      : images_(images), rows_((outputs[0] + kTile - 1) / kTile), columns_((outputs[1] + kTile - 1) / kTile) {}

  int64_t count() const { return images_ * rows_ * columns_; }

  /// Calls body(tile, its index - first) for the tiles `first` … `last` - 1.
  template <class Body>
  void for_each(int64_t first, int64_t last, const Body& body) const {
    Tile tile{first / (rows_ * columns_), first / columns_ % rows_, first % columns_};
    for (int64_t i = 0; i < last - first; ++i) {
      body(tile, i);
      if (++tile.column < columns_) continue;
      tile.column = 0;
      if (++tile.row < rows_) continue;
      tile.row = 0;
      ++tile.image;
    }
  }

 private:
  int64_t images_, rows_, columns_;
};

/// Activations [images, …size, channels], from which squares of pixels are taken.
template <class Number>
struct Activations {
  Number* values;
  Size2 size;
  int64_t channels;

  /// Writes the addresses of side × side pixels of an image, of which the first is at (top, left); `outside` stands for
  /// those beyond the image.
  template <int kSide>
  void square(int64_t image, int64_t top, int64_t left, Number* outside, Number** to) const {
    for (int row = 0; row < kSide; ++row) {
      for (int column = 0; column < kSide; ++column) {
        const int64_t y = top + row, x = left + column;
        const bool inside = y >= 0 && y < size[0] && x >= 0 && x < size[1];
        *to++ = inside ? values + ((image * size[0] + y) * size[1] + x) * channels : outside;
      }
    }
  }
};

}  // namespace layer_rotation::winograd
