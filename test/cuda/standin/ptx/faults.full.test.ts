import { beforeAll, describe, expect, test } from 'vitest'
import { type Argument, buildInterpreter, element, kernelText, type Launch, runKernel } from './support/interpreter.js'

beforeAll(buildInterpreter, 600_000)

const containing = (part: string) => expect.stringContaining(part) as string

/** The fault of a kernel with one array of numbers. */
const faultOf = (body: string, argument: Argument, launch?: Launch) =>
  runKernel(kernelText(body, ['u64']), [argument], launch)

/** The text of a fault names the kernel, the block, the thread and the instruction. */
const fault = (kind: string, thread: number, instruction: string, reason: RegExp, block = 0) => {
  const place = `kernel test, block ${block}, thread ${thread}, "${instruction}": `
  return {
    kind,
    text: expect.toSatisfy(
      (text: string) => text.startsWith(place) && reason.test(text.slice(place.length)),
      `${place}${reason}`,
    ) as string,
  }
}

const numbers = (count: number) => new Uint32Array(count)

describe('addresses', () => {
  const body = `${element('%d4', '%d0', '%r2', 4)}\n  ld.global.u32 %r4, [%d4];\n  ret;`

  test('past the end of an array', () => {
    expect(faultOf(body, numbers(64), { blocks: 2 })).toBeNull()
    expect(faultOf(body, numbers(63), { blocks: 2 })).toEqual(
      fault(
        'illegal-address',
        31,
        'ld.global.u32 %r4, [%d4]',
        /reads 4 bytes at 0x[0-9a-f]+, which lie in no allocation/,
        1,
      ),
    )
    const write = body.replace('ld.global.u32 %r4, [%d4]', 'st.global.u32 [%d4], 1')
    expect(faultOf(write, numbers(20))).toEqual(
      fault('illegal-address', 20, 'st.global.u32 [%d4], 1', /^writes 4 bytes/),
    )
  })

  test('null', () => {
    expect(faultOf('mov.u64 %d4, 0;\nld.u32 %r4, [%d4];\nret;', numbers(1), { threads: 1 })).toMatchObject({
      kind: 'illegal-address',
    })
  })

  test('not aligned to a whole vector', () => {
    const wide = `${element('%d4', '%d0', '%r0', 16)}\n  ld.global.v4.f32 {%f0, %f1, %f2, %f3}, [%d4+OFFSET];\n  ret;`
    expect(faultOf(wide.replace('OFFSET', '16'), { memory: numbers(200) })).toBeNull()
    expect(faultOf(wide.replace('OFFSET', '8'), { memory: numbers(200) })).toEqual(
      fault('misaligned', 0, 'ld.global.v4.f32 {%f0, %f1, %f2, %f3}, [%d4+8]', /accesses 16 bytes at 8 beyond/),
    )
    // Aligned for each number, not for two.
    const pairs = `setp.ne.u32 %p1, %r0, 3;\n@%p1 exit;\nst.global.v2.u32 [%d0+4], {1, 2};\nret;`
    expect(faultOf(pairs, numbers(4))).toMatchObject({ kind: 'misaligned', text: containing('thread 3') })
  })

  test('beyond shared and local memory', () => {
    const shared = `.shared .align 4 .b8 s[64];\n  shl.b32 %r4, %r0, 2;\n  mov.u32 %r5, s;\n  add.u32 %r5, %r5, %r4;\n  st.shared.u32 [%r5], 1;\n  ret;`
    expect(faultOf(shared, numbers(1), { threads: 16 })).toBeNull()
    expect(faultOf(shared, numbers(1))).toEqual(
      fault('illegal-address', 16, 'st.shared.u32 [%r5], 1', /byte 64 of 64 of shared memory/),
    )
    const local = `.local .align 4 .b8 l[8];\n  st.local.u32 [l+8], 1;\n  ret;`
    expect(faultOf(local, numbers(1))).toEqual(
      fault('illegal-address', 0, 'st.local.u32 [l+8], 1', /local memory beyond its 8 bytes/),
    )
  })
})

describe('shared memory', () => {
  // Each thread writes its number and reads that of the thread 32 before it.
  const exchange = (between: string, distance: number, threads: number) => `
  .shared .align 4 .b8 s[${threads * 4}];
  mov.u32 %r9, s;
  shl.b32 %r4, %r0, 2;
  add.u32 %r5, %r9, %r4;
  st.shared.u32 [%r5], %r0;
  ${between}
  xor.b32 %r6, %r0, ${distance};
  shl.b32 %r6, %r6, 2;
  add.u32 %r6, %r9, %r6;
  ld.shared.u32 %r7, [%r6];
  ret;`

  test('that another warp writes without a barrier between', () => {
    expect(faultOf(exchange('bar.sync 0;', 32, 64), numbers(1), { threads: 64 })).toBeNull()
    // The first warp goes first here, before anything is written; the second one after it.
    const late = exchange('', 32, 64).replace('ld.shared', 'setp.lt.u32 %p1, %r0, 32;\n@%p1 exit;\nld.shared')
    expect(faultOf(late, numbers(1), { threads: 64 })).toEqual(
      fault(
        'race',
        32,
        'ld.shared.u32 %r7, [%r6]',
        /race in shared memory: thread 0 of block 0 wrote it, and no barrier/,
      ),
    )
  })

  test('that another lane of the warp writes without a barrier between', () => {
    expect(faultOf(exchange('bar.warp.sync 0xffffffff;', 1, 32), numbers(1))).toBeNull()
    expect(faultOf(exchange('', 1, 32), numbers(1))).toEqual(
      fault('race', 0, 'ld.shared.u32 %r7, [%r6]', /thread 1 of block 0 wrote it/),
    )
    // The lanes of a warp are together after a shuffle, but their memory need not be.
    expect(faultOf(exchange('shfl.sync.idx.b32 %r8, %r0, 0, 31, 0xffffffff;', 1, 32), numbers(1))).toMatchObject({
      kind: 'race',
    })
  })

  test('that is written again while others may still read it', () => {
    // The first warp reads, the second one writes what that reads.
    const again = (barrier: string) =>
      exchange('bar.sync 0;', 32, 64).replace(
        'ld.shared.u32 %r7, [%r6];',
        `setp.lt.u32 %p1, %r0, 32;\n@%p1 ld.shared.u32 %r7, [%r6];\n${barrier}\n@!%p1 st.shared.u32 [%r5], 5;`,
      )
    expect(faultOf(again('bar.sync 0;'), numbers(1), { threads: 64 })).toBeNull()
    expect(faultOf(again(''), numbers(1), { threads: 64 })).toEqual(
      fault('race', 32, '@!%p1 st.shared.u32 [%r5], 5', /thread 0 of block 0 read it, and no barrier lies between/),
    )
  })

  test('of single bytes, whose neighbours are no race', () => {
    const bytes = `.shared .b8 s[32];\n  mov.u32 %r4, s;\n  add.u32 %r4, %r4, %r0;\n  cvt.u16.u32 %h1, %r0;\n  st.shared.u8 [%r4], %h1;\n  ret;`
    expect(faultOf(bytes, numbers(1))).toBeNull()
    expect(
      faultOf(bytes.replace('add.u32 %r4, %r4, %r0', 'shr.u32 %r5, %r0, 1;\nadd.u32 %r4, %r4, %r5'), numbers(1)),
    ).toEqual(fault('race', 1, 'st.shared.u8 [%r4], %h1', /thread 0 of block 0 wrote it/))
  })

  test('that nobody has written', () => {
    const body = `.shared .align 8 .b8 s[16];
  setp.ne.u32 %p1, %r0, 0;
  @%p1 bra READ;
  st.shared.u32 [s], 1;
READ:
  bar.sync 0;
  ld.shared.v2.u32 {%r4, %r5}, [s];
  ret;`
    expect(faultOf(body.replace('[s], 1', '[s], 1;\nst.shared.u32 [s+4], 1'), numbers(1))).toBeNull()
    expect(faultOf(body, numbers(1))).toEqual(
      fault('uninitialised', 0, 'ld.shared.v2.u32 {%r4, %r5}, [s]', /nobody has written/),
    )
  })
})

describe('global memory, where races are looked for,', () => {
  const everyone = 'st.global.u32 [%d0], 7;\n  ret;'

  test('that two blocks write', () => {
    const one = { threads: 1, blocks: 2, races: true }
    expect(faultOf(everyone, numbers(1), { ...one, races: false })).toBeNull()
    expect(faultOf(everyone, numbers(1), one)).toEqual(
      fault('race', 0, 'st.global.u32 [%d0], 7', /race in global memory: thread 0 of block 0 wrote it/, 1),
    )
    expect(faultOf(everyone.replace('st.global', 'st.volatile.global'), numbers(1), one)).toBeNull()
    expect(faultOf('atom.global.add.u32 %r4, [%d0], 1;\nret;', numbers(1), one)).toBeNull()
  })

  test('that one block writes and another reads', () => {
    const body = 'setp.eq.u32 %p1, %r1, 0;\n@%p1 st.global.u32 [%d0], 7;\n@!%p1 ld.global.u32 %r4, [%d0];\nret;'
    expect(faultOf(body, numbers(1), { threads: 1, blocks: 3, races: true })).toMatchObject({
      kind: 'race',
      text: containing('block 1'),
    })
    const reversed = body.replace('%r1, 0', '%r1, 2')
    expect(faultOf(reversed, numbers(1), { threads: 1, blocks: 3, races: true })).toMatchObject({
      kind: 'race',
      text: containing('block 2'),
    })
  })

  test('that a block hands on by a barrier', () => {
    const body = (barrier: string) => `
  ${element('%d4', '%d0', '%r0', 4)}
  st.global.u32 [%d4], %r0;
  ${barrier}
  xor.b32 %r4, %r0, 33;
  ${element('%d5', '%d0', '%r4', 4)}
  ld.global.u32 %r5, [%d5];
  ret;`
    expect(faultOf(body('bar.sync 0;'), numbers(64), { threads: 64, races: true })).toBeNull()
    expect(faultOf(body(''), numbers(64), { threads: 64, races: true })).toMatchObject({ kind: 'race' })
  })

  test('that all read', () => {
    const body = 'ld.global.u32 %r4, [%d0];\nld.global.u16 %h1, [%d0+2];\nret;'
    expect(faultOf(body, numbers(1), { threads: 64, blocks: 4, races: true })).toBeNull()
  })
})

describe('barriers', () => {
  test('that some threads pass by', () => {
    const body = 'setp.lt.u32 %p1, %r0, 40;\n@%p1 bar.sync 0;\nret;'
    expect(faultOf(body, numbers(1), { threads: 64 })).toEqual(
      fault('barrier', 0, '@%p1 bar.sync 0', /waits for thread 40, which has ended/),
    )
  })

  test('that are two where there should be one', () => {
    const body = `setp.lt.u32 %p1, %r0, 40;
  @%p1 bra LOW;
  bar.sync 0;
  ret;
LOW:
  bar.sync 0;
  ret;`
    expect(faultOf(body, numbers(1), { threads: 64 })).toMatchObject({
      kind: 'barrier',
      text: containing('waits at another barrier'),
    })
  })

  test('in a block that has more threads than they count', () => {
    expect(faultOf('bar.sync 0, 32;\nret;', numbers(1), { threads: 64 })).toMatchObject({ kind: 'barrier' })
  })
})

describe('shuffles', () => {
  test('that some lanes pass by', () => {
    const body = 'setp.lt.u32 %p1, %r0, 40;\n@%p1 shfl.sync.down.b32 %r4, %r0, 1, 31, 0xffffffff;\nbar.sync 0;\nret;'
    expect(faultOf(body, numbers(1), { threads: 64 })).toEqual(
      fault(
        'barrier',
        32,
        '@%p1 shfl.sync.down.b32 %r4, %r0, 1, 31, 0xffffffff',
        /waits for lanes 0xffffff00 of its warp/,
      ),
    )
  })

  test('that read a lane which has ended', () => {
    const body = 'setp.eq.u32 %p1, %r0, 8;\n@%p1 exit;\nshfl.sync.down.b32 %r4, %r0, 1, 31, 0xffffffff;\nret;'
    expect(faultOf(body, numbers(1))).toEqual(
      fault('barrier', 7, 'shfl.sync.down.b32 %r4, %r0, 1, 31, 0xffffffff', /reads lane 8, which takes no part/),
    )
  })

  test('of lanes that do not name themselves', () => {
    expect(faultOf('shfl.sync.down.b32 %r4, %r0, 1, 31, 0xffff;\nret;', numbers(1))).toMatchObject({
      kind: 'barrier',
      text: containing('thread 16, '),
    })
  })
})

describe('what the interpreter does not know', () => {
  test('is refused before anything runs', () => {
    const unknown = faultOf(
      'st.global.u32 [%d0], 1;\nwmma.load.a.sync.aligned.row.m16n16k16.f16 %r4, [%d0];\nret;',
      numbers(1),
    )
    expect(unknown).toMatchObject({
      kind: 'unsupported',
      text: expect.stringMatching(/^kernel test: line \d+: wmma\.load.*: is not supported$/) as string,
    })
    expect(faultOf('add.f16 %h1, %h2, %h3;\nret;', numbers(1))).toMatchObject({ kind: 'unsupported' })
    expect(faultOf('mov.u64 %d4, %clock64;\nret;', numbers(1))).toMatchObject({ kind: 'unsupported' })
  })

  test('may be text that is no PTX', () => {
    expect(runKernel('.version 9.0\n.visible .entry test() { add.u32 %r1 %r2; }', [])).toMatchObject({
      kind: 'unsupported',
      text: 'this is not PTX: line 2: unexpected "%r2"',
    })
  })

  test('is a block that is larger than the kernel allows', () => {
    const limited = kernelText('ret;', ['u64']).replace('(.param .u64 p0)', '(.param .u64 p0)\n.maxntid 64, 1, 1')
    expect(runKernel(limited, [numbers(1)], { threads: 64 })).toBeNull()
    expect(runKernel(limited, [numbers(1)], { threads: 96 })).toMatchObject({
      text: containing('a block of 96 threads, of which 64 are the most'),
    })
  })
})

test('a kernel that waits in a loop for another lane of its warp gets there', () => {
  const body = `
LOCK:
  atom.global.cas.b32 %r4, [%d0], 0, 1;
  setp.ne.u32 %p1, %r4, 0;
  @%p1 bra LOCK;
  ld.volatile.global.u32 %r5, [%d0+4];
  add.u32 %r5, %r5, 1;
  st.volatile.global.u32 [%d0+4], %r5;
  atom.global.exch.b32 %r4, [%d0], 0;
  ret;`
  const memory = numbers(2)
  expect(faultOf(body, memory)).toBeNull()
  expect([...memory]).toEqual([0, 32])
})
