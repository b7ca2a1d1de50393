#pragma once

#include "../decoder.h"

/// mov with packing and unpacking, and the conversions of addresses.
namespace standin::ptx {

void decode_mov(Decoder& d);
void decode_cvta(Decoder& d);
void decode_isspacep(Decoder& d);

}  // namespace standin::ptx
