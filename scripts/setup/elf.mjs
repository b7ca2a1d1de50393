import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** The ELF header's e_machine for each processor that Node supports on Linux. */
const machines = { x64: 62, arm64: 183, ppc64: 21, s390x: 22, riscv64: 243, loong64: 258 }

/**
 * Checks that a shared library is complete and made for this processor. An installation or a copy that stopped halfway
 * leaves a file that is shorter than its own header says.
 * @param {string} file
 * @returns {string | null} what is wrong with it; null if nothing is
 */
export function libraryDamage(file) {
  const header = Buffer.alloc(64)
  const handle = openSync(file, 'r')
  try {
    const { size } = fstatSync(handle)
    const read = readSync(handle, header, 0, 64, 0)
    if (read < 64 || header.toString('latin1', 0, 4) !== '\x7fELF') return 'is not a shared library'
    if (header[5] !== 1) return `is not for this processor (${process.arch})`
    const machine = machines[/** @type {keyof typeof machines} */ (process.arch)]
    if (machine !== undefined && header.readUInt16LE(18) !== machine)
      return `is not for this processor (${process.arch})`
    const wanted = Number(header.readBigUInt64LE(40)) + header.readUInt16LE(58) * header.readUInt16LE(60)
    return size < wanted ? `is cut off: ${size} of ${wanted} bytes` : null
  } finally {
    closeSync(handle)
  }
}
