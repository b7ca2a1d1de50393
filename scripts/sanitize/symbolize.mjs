import { basename } from 'node:path'
import { run } from '../setup/process.mjs'

/**
 * Replaces offsets into `object` in a report by functions, files and lines. GCC's symboliser does not know libraries that
 * were loaded after its first report, even if that report was suppressed.
 * @param {string} report
 * @param {string} object
 * @returns {Promise<string>}
 */
export async function symbolize(report, object) {
  const frame = new RegExp(`<null> <null> \\(${basename(object).replaceAll('.', '\\.')}\\+(0x[0-9a-f]+)\\)`, 'g')
  const addresses = new Set([...report.matchAll(frame)].map(([, address]) => address ?? ''))
  if (addresses.size === 0) return report
  // 0x…: function at file:line, followed by a line for each function that it is inlined into.
  const { stdout } = await run('addr2line', ['-e', object, '-aCfpi', ...addresses])
  const places = new Map(
    stdout
      .split(/^(?=0x)/m)
      .map((entry) => entry.trimEnd().split(': '))
      .map(([address, ...place]) => [Number(address), place.join(': ').replaceAll('\n', '\n      ')]),
  )
  return report.replace(frame, (whole, address) => places.get(Number(address)) ?? whole)
}
