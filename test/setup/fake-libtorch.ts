import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const machines: Record<string, number> = { x64: 62, arm64: 183 }

/** The first 64 bytes of an ELF file for this processor, without sections. */
export function elfHeader(): Buffer {
  const header = Buffer.alloc(64)
  header.write('\x7fELF\x02\x01\x01', 'latin1')
  header.writeUInt16LE(3, 16)
  header.writeUInt16LE(machines[process.arch] ?? 0, 18)
  return header
}

/**
 * Makes a folder that looks like a LibTorch as long as it is not loaded.
 * @param cuda the CUDA version that it seems to be built for; without one it seems to be a CPU build
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

/** Makes a private copy like the set-up's. */
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
