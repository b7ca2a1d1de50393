#pragma once

namespace standin {

/// Loads the library that computes LibTorch's operations on the CPU, once, unless work is only counted. Called when
/// memory or a stream is first made: LibTorch has been loaded by then.
void load_operations();

}  // namespace standin
