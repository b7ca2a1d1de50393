import { basename } from 'node:path'
import { run } from '../setup/process.mjs'

/**
 * Fills in functions, files and lines where a report has offsets into `object`. The symboliser of GCC knows none of the
 * libraries that were loaded after its first report, not even when that one was suppressed.
 * @param {string} report
 * @param {string} object
 * @returns {Promise<string>}
 */
export async function symbolize(report, object) {
  const frame = new RegExp(`<null> <null> \\(${basename(object).replaceAll('.', '\\.')}\\+(0x[0-9a-f]+)\\)`, 'g')
  const addresses = new Set([...report.matchAll(frame)].map(([, address]) => address ?? ''))
  if (addresses.size === 0) return report
  // 0x…: function at file:line, and behind it a line for each function that it is inlined into.
  const { stdout } = await run('addr2line', ['-e', object, '-aCfpi', ...addresses])
  const places = new Map(
    stdout
      .split(/^(?=0x)/m)
      .map((entry) => entry.trimEnd().split(': '))
      .map(([address, ...place]) => [Number(address), place.join(': ').replaceAll('\n', '\n      ')]),
  )
  return report.replace(frame, (whole, address) => places.get(Number(address)) ?? whole)
}
