/**
 * A set-up that cannot go on, as one message: what is wrong, what was tried, and the ways out.
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
        ...section('Its last words', lastLines(output, 12)),
        ...section(
          'Ways out',
          waysOut.map((way) => `- ${way}`),
        ),
        '',
        'Then give the same command again: it goes on where it stopped.',
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
