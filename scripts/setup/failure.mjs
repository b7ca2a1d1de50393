/**
 * A set-up that cannot continue. Its message says what is wrong, what was tried, and what to do.
 */
export class SetupFailure extends Error {
  /**
   * @param {string} problem one sentence
   * @param {{ tried?: import('./index.mjs').Attempt[], output?: string, waysOut: string[] }} details
   */
  constructor(problem, { tried = [], output = '', waysOut }) {
    super(
      [
        problem,
        ...section('Tried', tried.map(attemptLine)),
        ...section('Last output', lastLines(output, 12)),
        ...section(
          'What to do',
          waysOut.map((way) => `- ${way}`),
        ),
        '',
        'Then run the same command again; it continues where it stopped.',
      ].join('\n'),
    )
    this.name = 'SetupFailure'
  }
}

/**
 * @param {string} title
 * @param {string[]} lines
 */
function section(title, lines) {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)]
}

/** @param {import('./index.mjs').Attempt} attempt */
function attemptLine({ where, verdict }) {
  return `${where}: ${verdict}`
}

/**
 * @param {string} text
 * @param {number} count
 */
function lastLines(text, count) {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .slice(-count)
}
