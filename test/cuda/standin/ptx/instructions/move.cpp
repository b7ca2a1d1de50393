#include "move.h"

#include "lanewise.h"

namespace standin::ptx {

namespace {

template <class T>
T same(T a) {
  return a;
}

void copy_predicate(Warp& w, const Instruction& i, Mask lanes) {
  Mask& to = w.predicate(i.to);
  to = (to & ~lanes) | (w.predicate(i.a) & lanes);
}

/// Numbers of 8 bits lie in registers of 16.
template <unsigned kBits>
using Storage = std::conditional_t<kBits <= 16, uint16_t, std::conditional_t<kBits == 32, uint32_t, uint64_t>>;

template <unsigned kWhole, unsigned kPart>
void pack(Warp& w, const Instruction& i, Mask lanes) {
  for_each_lane(lanes, [&](unsigned lane) {
    uint64_t whole = 0;
    for (unsigned k = 0; k < kWhole / kPart; ++k) {
      const uint64_t part = w.lanes_of<Storage<kPart>>(w.list(i)[k])[lane];
      whole |= (part & (~uint64_t{0} >> (64 - kPart))) << kPart * k;
    }
    w.lanes_of<Storage<kWhole>>(i.to)[lane] = static_cast<Storage<kWhole>>(whole);
  });
}

template <unsigned kWhole, unsigned kPart>
void unpack(Warp& w, const Instruction& i, Mask lanes) {
  for_each_lane(lanes, [&](unsigned lane) {
    const uint64_t whole = w.lanes_of<Storage<kWhole>>(i.a)[lane];
    for (unsigned k = 0; k < kWhole / kPart; ++k) {
      const uint64_t part = whole >> kPart * k & (~uint64_t{0} >> (64 - kPart));
      w.lanes_of<Storage<kPart>>(w.list(i)[k])[lane] = static_cast<Storage<kPart>>(part);
    }
  });
}

template <unsigned kWhole, unsigned kPart>
Handler packing(bool packs) {
  return packs ? &pack<kWhole, kPart> : &unpack<kWhole, kPart>;
}

void decode_packing(Decoder& d, Type whole, bool packs) {
  const auto& parts = d.operand(packs ? 1 : 0).elements;
  const Type part{Type::kBits, whole.bits / static_cast<unsigned>(parts.size())};
  const auto is = [&](unsigned w, unsigned p) { return whole.bits == w && part.bits == p; };
  Instruction i = d.instruction(is(64, 32)   ? packing<64, 32>(packs)
                                : is(64, 16) ? packing<64, 16>(packs)
                                : is(32, 16) ? packing<32, 16>(packs)
                                : is(32, 8)  ? packing<32, 8>(packs)
                                : is(16, 8)  ? packing<16, 8>(packs)
                                             : nullptr);
  if (!i.run) d.refuse();
  d.list(parts, part, !packs, i);
  if (packs)
    i.to = d.target(0, whole);
  else
    i.a = d.source(1, whole);
  d.emit(i);
}

Handler copying(Type type) {
  return type.kind == Type::kPredicate ? &copy_predicate
         : type.bits == 64             ? lanewise<&same<uint64_t>>()
         : type.bits == 32             ? lanewise<&same<uint32_t>>()
                                       : lanewise<&same<uint16_t>>();
}

uint64_t window_of(const Decoder& d) {
  if (d.has("shared")) return kSharedWindow;
  if (d.has("local")) return kLocalWindow;
  return 0;
}

void move_address(Warp& w, const Instruction& i, Mask lanes) {
  for_each_lane(lanes, [&](unsigned lane) {
    w.lanes_of<uint64_t>(i.to)[lane] = w.lanes_of<uint64_t>(i.a)[lane] + static_cast<uint64_t>(i.immediate);
  });
}

void is_in_space(Warp& w, const Instruction& i, Mask lanes) {
  Mask& to = w.predicate(i.to);
  Mask result = 0;
  for_each_lane(lanes, [&](unsigned lane) {
    result |= Mask{w.lanes_of<uint64_t>(i.a)[lane] >> 60 == static_cast<uint64_t>(i.immediate)} << lane;
  });
  to = (to & ~lanes) | result;
}

}  // namespace

void decode_mov(Decoder& d) {
  const Type type = d.type();
  const bool packs = d.operand(1).form == Operand::kVector, unpacks = d.operand(0).form == Operand::kVector;
  if (packs || unpacks) return decode_packing(d, type, packs);
  Instruction i = d.instruction(copying(type));
  i.to = d.target(0, type);
  i.a = d.source(1, type);
  d.emit(i);
}

void decode_cvta(Decoder& d) {
  const Type type = d.type();
  if (type.bits != 64) d.refuse();
  const auto window = static_cast<int64_t>(window_of(d));
  Instruction i = d.instruction(&move_address);
  i.to = d.target(0, type);
  i.a = d.source(1, type);
  i.immediate = d.has("to") ? -window : window;
  d.emit(i);
}

void decode_isspacep(Decoder& d) {
  if (!d.has("global") && window_of(d) == 0) d.refuse();
  Instruction i = d.instruction(&is_in_space);
  i.to = d.target(0, {Type::kPredicate, 1});
  i.a = d.source(1, {Type::kUnsigned, 64});
  i.immediate = static_cast<int64_t>(window_of(d) >> 60);
  d.emit(i);
}

}  // namespace standin::ptx
