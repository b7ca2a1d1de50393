import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const machines: Record<string, number> = { x64: 62, arm64: 183 }

/** The 64 bytes that an ELF file begins with, for this processor, without sections. */
export function elfHeader(): Buffer {
  const header = Buffer.alloc(64)
  header.write('\x7fELF\x02\x01\x01', 'latin1')
  header.writeUInt16LE(3, 16)
  header.writeUInt16LE(machines[process.arch] ?? 0, 18)
  return header
}

/**
 * A folder that looks like a LibTorch to whoever does not load it.
 * @param cuda the CUDA version that it pretends to be built for; none makes it a CPU build
 */
export function fakeLibTorch(folder: string, version: string, cuda?: number): string {
  const [major, minor, patch] = version.split('.')
  write(
    join(folder, 'include/torch/headeronly/version.h'),
    `#define TORCH_VERSION_MAJOR ${major}\n#define TORCH_VERSION_MINOR ${minor}\n#define TORCH_VERSION_PATCH ${patch}\n`,
  )
  for (const name of ['libtorch.so', 'libtorch_cpu.so', 'libc10.so']) write(join(folder, 'lib', name), elfHeader())
  if (cuda !== undefined) {
    write(join(folder, 'lib/libtorch_cuda.so'), elfHeader())
    write(join(folder, 'lib/libc10_cuda.so'), Buffer.concat([elfHeader(), Buffer.from(`\0libcudart.so.${cuda}\0`)]))
  }
  return folder
}

/** A private copy as the set-up leaves it. */
export function fakePrivateCopy(cache: string, version: string): string {
  const folder = join(cache, 'layer-rotation', `libtorch-${version}`)
  fakeLibTorch(join(folder, 'lib/python3.11/site-packages/torch'), version)
  write(join(folder, 'complete.json'), '{}')
  return folder
}

export function write(file: string, content: string | Buffer): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}
