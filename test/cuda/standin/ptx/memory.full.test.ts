import { beforeAll, describe, expect, test } from 'vitest'
import { buildInterpreter, element, kernelText, runKernel } from './support/interpreter.js'

beforeAll(buildInterpreter, 600_000)

describe('loads and stores', () => {
  test('extend narrow numbers by their sign', () => {
    const bytes = Int8Array.from({ length: 32 }, (_, k) => k * 8 - 128)
    const wide = new Int32Array(96)
    const body = `
  ${element('%d10', '%d0', '%r0', 1)}
  ${element('%d11', '%d1', '%r0', 4)}
  ld.global.s8 %r4, [%d10];
  st.global.u32 [%d11], %r4;
  ld.global.u8 %h1, [%d10];
  cvt.u32.u16 %r5, %h1;
  st.global.u32 [%d11+128], %r5;
  ld.global.nc.L1::no_allocate.s8 %d12, [%d10];
  st.global.b32 [%d11+256], %d12;
  ret;`
    expect(runKernel(kernelText(body, ['u64', 'u64']), [bytes, wide])).toBeNull()
    expect([...wide]).toEqual(
      [...bytes, ...bytes.map((x) => x), ...bytes].map((x, k) => (k >= 32 && k < 64 ? x & 255 : x)),
    )
  })

  test('move vectors of every width', () => {
    const numbers = Uint16Array.from({ length: 32 * 8 }, (_, k) => k * 257)
    const copy = new Uint16Array(32 * 8)
    const moves: [string, number][] = [
      ['v4.b32 {%r4, %r5, %r6, %r7}', 16],
      ['v2.b64 {%d4, %d5}', 16],
      ['v4.u16 {%h1, %h2, %h3, %h4}', 8],
      ['v2.f32 {%f1, %f2}', 8],
      ['v4.u8 {%h1, %h2, %h3, %h4}', 4],
      ['b64 %d4', 8],
    ]
    for (const [move, bytes] of moves) {
      const [type, registers] = [move.slice(0, move.indexOf(' ')), move.slice(move.indexOf(' '))]
      const body = `
  ${element('%d10', '%d0', '%r0', bytes)}
  ${element('%d11', '%d1', '%r0', bytes)}
  ld.global.${type} ${registers}, [%d10];
  st.global.${type} [%d11], ${registers};
  ret;`
      copy.fill(0)
      expect(runKernel(kernelText(body, ['u64', 'u64']), [numbers, copy])).toBeNull()
      const moved = (32 * bytes) / 2
      expect([...copy], move).toEqual([...numbers].map((x, k) => (k < moved ? x : 0)))
    }
  })

  test('reach static, dynamic and local memory, and the variables of the module', () => {
    const before = `
.const .align 4 .b32 table[4] = {5, 6, 7, 0x10};
.global .align 8 .u64 total = 40;
.extern .shared .align 16 .b8 dynamic[];`
    const body = `
  .local .align 8 .b8 own[16];
  .shared .align 4 .b8 fixed[132];
  // In local memory, through a generic address.
  mov.u64 %d4, own;
  cvta.local.u64 %d5, %d4;
  and.b32 %r4, %r0, 3;
  mul.wide.u32 %d6, %r4, 4;
  add.s64 %d5, %d5, %d6;
  st.u32 [%d5], %r0;
  ld.local.u32 %r5, [own];
  setp.ne.u32 %p1, %r4, 0;
  @%p1 mov.u32 %r5, 1000;
  // A neighbour's number through dynamic shared memory.
  mov.u32 %r6, dynamic;
  shl.b32 %r7, %r0, 2;
  add.u32 %r8, %r6, %r7;
  st.shared.u32 [%r8+4], %r0;
  bar.sync 0;
  xor.b32 %r9, %r7, 4;
  add.u32 %r8, %r6, %r9;
  ld.shared.u32 %r9, [%r8+4];
  add.u32 %r5, %r5, %r9;
  // A constant.
  mov.u64 %d7, table;
  add.s64 %d7, %d7, %d6;
  ld.const.u32 %r10, [%d7];
  add.u32 %r5, %r5, %r10;
  ld.global.u32 %r11, [total];
  add.u32 %r5, %r5, %r11;
  mov.u32 %r12, %dynamic_smem_size;
  add.u32 %r5, %r5, %r12;
  ${element('%d20', '%d0', '%r0', 4)}
  st.global.u32 [%d20], %r5;
  ret;`
    const memory = new Uint32Array(32)
    expect(runKernel(kernelText(body, ['u64'], before), [memory], { shared: 132 })).toBeNull()
    const expected = Array.from(
      { length: 32 },
      (_, k) => (k % 4 === 0 ? k : 1000) + (k ^ 1) + [5, 6, 7, 16][k % 4]! + 40 + 132,
    )
    expect([...memory]).toEqual(expected)
  })

  test('read parameters by value, also by their address', () => {
    const text = `.version 9.0
.target sm_90
.address_size 64
.visible .entry test(.param .u64 out, .param .align 8 .b8 pair[16])
{
  .reg .b32 %r<4>; .reg .b64 %d<8>;
  ld.param.u64 %d0, [out];
  ld.param.u32 %r1, [pair+12];
  mov.b64 %d1, pair;
  ld.param.u64 %d2, [%d1];
  st.global.u64 [%d0], %d2;
  st.global.u32 [%d0+8], %r1;
  ret;
}`
    const out = new Uint32Array(3)
    expect(runKernel(text, [out, { value: new Uint32Array([1, 2, 3, 4]) }], { threads: 1 })).toBeNull()
    expect([...out]).toEqual([1, 2, 4])
  })
})

describe('atomic operations', () => {
  test('lose nothing between blocks on several host threads', () => {
    const sums = new Uint32Array(4)
    const body = `
  mov.u32 %r5, 0;
LOOP:
  atom.global.add.u32 %r4, [%d0], 1;
  red.global.max.u32 [%d0+4], %r2;
  atom.global.inc.u32 %r4, [%d0+8], 9;
  atom.global.relaxed.gpu.exch.b32 %r4, [%d0+12], 5;
  add.u32 %r5, %r5, 1;
  setp.lt.u32 %p1, %r5, 20;
  @%p1 bra LOOP;
  ret;`
    expect(runKernel(kernelText(body, ['u64']), [sums], { blocks: 200, threads: 128, races: false })).toBeNull()
    expect([...sums]).toEqual([200 * 128 * 20, 200 * 128 - 1, 0, 5])
  })

  test('swap by comparison, and add floating-point numbers', () => {
    const memory = new Float64Array(3)
    const body = `
  cvt.u64.u32 %d4, %r0;
  add.s64 %d5, %d4, 1;
LOOP:
  // Each lane counts on when it is its turn.
  atom.global.cas.b64 %d6, [%d0], %d4, %d5;
  setp.ne.u64 %p1, %d6, %d4;
  @%p1 bra LOOP;
  { .reg .f64 %x; mov.f64 %x, 0d3FE0000000000000; red.global.add.f64 [%d0+8], %x; }
  { .reg .f32 %y; mov.f32 %y, 0f3F000000; red.global.add.f32 [%d0+16], %y; }
  ret;`
    expect(runKernel(kernelText(body, ['u64']), [memory], { threads: 16 })).toBeNull()
    expect(new BigInt64Array(memory.buffer)[0]).toBe(16n)
    expect(memory[1]).toBe(8)
    expect(new Float32Array(memory.buffer)[4]).toBe(8)
  })
})
