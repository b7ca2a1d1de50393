import { beforeAll, describe, expect, test } from 'vitest'
import { buildInterpreter, element, kernelText, runKernel } from './support/interpreter.js'

beforeAll(buildInterpreter, 600_000)

const store = (value: string) => `${element('%d20', '%d0', '%r2', 4)}\n  st.global.u32 [%d20], ${value};\n  ret;`

/** The numbers that a kernel with one array stores, one a thread. */
function results(body: string, { threads = 32, blocks = 1, before = '' } = {}): number[] {
  const memory = new Uint32Array(threads * blocks)
  expect(runKernel(kernelText(body, ['u64'], before), [memory], { threads, blocks })).toBeNull()
  return [...memory]
}

const lanes = (f: (lane: number) => number, threads = 32) => Array.from({ length: threads }, (_, lane) => f(lane))

describe('lanes that part', () => {
  test('run a loop as often as each wants, and meet again behind it', () => {
    const body = `
  mov.u32 %r4, 0;
  mov.u32 %r5, 0;
  setp.eq.u32 %p1, %r0, 0;
  @%p1 bra END;
LOOP:
  add.u32 %r4, %r4, 1;
  add.u32 %r5, %r5, %r4;
  and.b32 %r6, %r4, 1;
  setp.eq.u32 %p2, %r6, 0;
  @!%p2 bra ODD;
  add.u32 %r5, %r5, 100;
  bra.uni NEXT;
ODD:
  add.u32 %r5, %r5, 1000;
NEXT:
  setp.lt.u32 %p3, %r4, %r0;
  @%p3 bra LOOP;
END:
  // All lanes have to be here: a sum over the warp.
  redux.sync.add.u32 %r7, %r5, 0xffffffff;
  add.u32 %r5, %r5, %r7;
  ${store('%r5')}`
    const own = lanes((lane) => (lane * (lane + 1)) / 2 + Math.floor(lane / 2) * 100 + Math.ceil(lane / 2) * 1000)
    const sum = own.reduce((a, b) => a + b)
    expect(results(body)).toEqual(own.map((x) => x + sum))
  })

  test('jump by a table', () => {
    const body = `
  and.b32 %r4, %r0, 3;
TABLE: .branchtargets A, B, C, B;
  brx.idx %r4, TABLE;
A: mov.u32 %r5, 10; bra END;
B: mov.u32 %r5, 20; bra END;
C: mov.u32 %r5, 30;
END:
  ${store('%r5')}`
    expect(results(body)).toEqual(lanes((lane) => [10, 20, 30, 20][lane % 4]!))
  })

  test('end early, without the others', () => {
    const body = `
  setp.gt.u32 %p1, %r0, 9;
  @%p1 exit;
  activemask.b32 %r5;
  ${store('%r5')}`
    expect(results(body)).toEqual(lanes((lane) => (lane > 9 ? 0 : 0x3ff)))
  })

  test('may be fewer than a warp', () => {
    expect(
      results(`mov.u32 %r5, %ntid.x;\nactivemask.b32 %r6;\nadd.u32 %r5, %r5, %r6;\n${store('%r5')}`, { threads: 40 }),
    ).toEqual(lanes((lane) => (lane < 32 ? (0xffffffff + 40) % 2 ** 32 : 0xff + 40), 40))
  })
})

describe('device functions', () => {
  const before = `
.func (.param .b32 result) triple_if_odd(.param .b32 x, .param .align 8 .b8 pair[8])
{
  .reg .pred %p<2>; .reg .b32 %r<8>;
  ld.param.b32 %r1, [x];
  ld.param.b32 %r4, [pair+4];
  and.b32 %r2, %r1, 1;
  setp.eq.u32 %p1, %r2, 1;
  @%p1 bra ODD;
  st.param.b32 [result], %r1;
  ret;
ODD:
  mad.lo.u32 %r3, %r1, 3, %r4;
  st.param.b32 [result], %r3;
  ret;
}`
  const call = `
  { .param .b32 a; .param .align 8 .b8 b[8]; .param .b32 back;
    st.param.b32 [a], %r4; st.param.v2.b32 [b], {1, 1000};
    call.uni (back), triple_if_odd, (a, b);
    ld.param.b32 %r4, [back]; }`

  test('take and return values, from each place that calls them', () => {
    const body = `mov.u32 %r4, %r0;${call}${call}${store('%r4')}`
    const f = (x: number) => (x % 2 === 1 ? 3 * x + 1000 : x)
    expect(results(body, { before })).toEqual(lanes((lane) => f(f(lane))))
  })

  test('may not call themselves', () => {
    const recursive = before.replace('ODD:', 'ODD: call.uni (result), triple_if_odd, (x, pair);')
    const fault = runKernel(kernelText(`mov.u32 %r4, %r0;${call}ret;`, ['u64'], recursive), [new Uint32Array(1)])
    expect(fault).toMatchObject({
      kind: 'unsupported',
      text: expect.stringContaining('calls a function that is running') as string,
    })
  })

  test('of the runtime end the kernel only where it calls them', () => {
    const extern = '.extern .func __assertfail(.param .b64 message);'
    const body = `
  setp.ne.u32 %p1, %r0, 99;
  @%p1 bra FINE;
  { .param .b64 m; st.param.b64 [m], %d0; call.uni __assertfail, (m); }
FINE:
  ${store('7')}`
    expect(results(body, { before: extern })).toEqual(lanes(() => 7))
    const failing = kernelText(body.replace('99', '5'), ['u64'], extern)
    expect(runKernel(failing, [new Uint32Array(32)])?.text).toMatch(/thread 5, .*a function of the device's runtime/)
  })
})

describe('exchanges in a warp', () => {
  const exchange = (mode: string, by: string, clamp: number) => `
  shfl.sync.${mode}.b32 %r5|%p1, %r0, ${by}, ${clamp}, 0xffffffff;
  selp.u32 %r6, 100, 0, %p1;
  add.u32 %r5, %r5, %r6;
  ${store('%r5')}`
  // The last operand of a shuffle in segments of `width`, as CUDA's header makes it.
  const clampOf = (width: number, isUp = false) => ((32 - width) << 8) | (isUp ? 0 : 31)
  const segment = (lane: number, width: number) => Math.floor(lane / width) * width

  test.each([32, 16, 8, 2])('shift within segments of %i', (width) => {
    const inside = (from: number, lane: number) =>
      segment(from, width) === segment(lane, width) && from >= 0 ? from + 100 : lane
    for (const by of [1, 3, 7]) {
      expect(results(exchange('down', String(by), clampOf(width)))).toEqual(lanes((lane) => inside(lane + by, lane)))
      expect(results(exchange('up', String(by), clampOf(width, true)))).toEqual(
        lanes((lane) => inside(lane - by, lane)),
      )
    }
    for (const by of [1, 4, 9]) {
      // A butterfly reaches the segments below, not those above.
      expect(results(exchange('bfly', String(by), clampOf(width)))).toEqual(
        lanes((lane) => ((lane ^ by) <= segment(lane, width) + width - 1 ? (lane ^ by) + 100 : lane)),
      )
      expect(results(exchange('idx', String(by), clampOf(width)))).toEqual(
        lanes((lane) => segment(lane, width) + (by % width) + 100),
      )
    }
  })

  test('take part by a mask', () => {
    const body = `
  setp.lt.u32 %p1, %r0, 16;
  mov.u32 %r5, 77;
  @!%p1 bra END;
  shfl.sync.bfly.b32 %r5, %r0, 1, 31, 0xffff;
END:
  ${store('%r5')}`
    expect(results(body)).toEqual(lanes((lane) => (lane < 16 ? lane ^ 1 : 77)))
  })

  test('vote and match', () => {
    const body = `
  setp.lt.u32 %p1, %r0, 5;
  vote.sync.ballot.b32 %r4, %p1, 0xffffffff;
  vote.sync.any.pred %p2, %p1, 0xffffffff;
  vote.sync.all.pred %p3, %p1, 0xffffffff;
  vote.sync.uni.pred %p4, !%p1, 0xffffffff;
  selp.u32 %r5, 0x100, 0, %p2;
  add.u32 %r4, %r4, %r5;
  selp.u32 %r5, 0x200, 0, %p3;
  add.u32 %r4, %r4, %r5;
  selp.u32 %r5, 0x400, 0, %p4;
  add.u32 %r4, %r4, %r5;
  rem.u32 %r6, %r0, 30;
  match.any.sync.b32 %r7, %r6, 0xffffffff;
  popc.b32 %r7, %r7;
  mul.lo.u32 %r7, %r7, 0x10000;
  add.u32 %r4, %r4, %r7;
  ${store('%r4')}`
    expect(results(body)).toEqual(lanes((lane) => 0x11f + (lane % 30 < 2 ? 2 : 1) * 0x10000))
  })

  test('reduce by redux', () => {
    const reduced = (operation: string) =>
      results(`sub.s32 %r4, %r0, 20;\nredux.sync.${operation} %r4, %r4, 0xffffffff;\n${store('%r4')}`)
    expect(reduced('min.s32')).toEqual(lanes(() => 2 ** 32 - 20))
    expect(reduced('max.s32')).toEqual(lanes(() => 11))
    expect(reduced('max.u32')).toEqual(lanes(() => 2 ** 32 - 1))
    expect(reduced('xor.b32')).toEqual(lanes(() => 0))
  })
})

describe('barriers', () => {
  test('count and combine a predicate of all threads', () => {
    const body = `
  setp.lt.u32 %p1, %r0, 70;
  bar.red.popc.u32 %r4, 0, %p1;
  barrier.sync 1;
  bar.red.and.pred %p2, 0, %p1;
  bar.red.or.pred %p3, 0, %p1;
  selp.u32 %r5, 1000, 0, %p2;
  add.u32 %r4, %r4, %r5;
  selp.u32 %r5, 2000, 0, %p3;
  add.u32 %r4, %r4, %r5;
  ${store('%r4')}`
    expect(results(body, { threads: 96 })).toEqual(lanes(() => 2070, 96))
  })

  test('may be for some warps alone', () => {
    const body = `
  .shared .align 4 .b8 s[4];
  mov.u32 %r5, 5;
  setp.ge.u32 %p1, %r0, 64;
  @%p1 bra END;
  setp.eq.u32 %p2, %r0, 0;
  @%p2 st.shared.u32 [s], 9;
  bar.sync 3, 64;
  ld.shared.u32 %r5, [s];
END:
  ${store('%r5')}`
    expect(results(body, { threads: 96 })).toEqual(lanes((thread) => (thread < 64 ? 9 : 5), 96))
  })
})
