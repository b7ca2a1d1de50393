#pragma once

namespace layer_rotation {

/// The number of CPU threads that LibTorch uses unless use_threads() asks for another number.
int default_threads();

/// Gives the calling thread's work `threads` CPU threads; 0 means default_threads().
void use_threads(int threads);

}  // namespace layer_rotation
