#pragma once

namespace layer_rotation {

/// CPU threads that LibTorch takes by itself: what it had before anybody asked for another number.
int default_threads();

/// Gives the calling thread's work `threads` CPU threads; 0 means default_threads().
void use_threads(int threads);

}  // namespace layer_rotation
