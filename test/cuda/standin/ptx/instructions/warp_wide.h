#pragma once

#include "../decoder.h"

/// Exchanges between the lanes of a warp, and barriers.
namespace standin::ptx {

void decode_shuffle(Decoder& d);
void decode_vote(Decoder& d);
void decode_match(Decoder& d);
void decode_redux(Decoder& d);
void decode_active_mask(Decoder& d);
void decode_elect(Decoder& d);
void decode_barrier(Decoder& d);
void decode_ordering(Decoder& d);
void decode_trap(Decoder& d);

}  // namespace standin::ptx
