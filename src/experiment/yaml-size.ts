/** The deepest nesting that is read: no experiment is as deep, and the parser of `yaml` still has stack left. */
const deepest = 200

/** The most lines and elements of lists and objects in brackets, which the parser reads in a few seconds. */
const mostValues = 2 ** 18

/**
 * Says in which way a YAML text is too large for its parser, which takes about 2 kB of memory for each value; undefined if it is
 * not.
 */
export function excessOf(text: string): string | undefined {
  /** The marks before each open bracket on its line. */
  const brackets: number[] = []
  let marks = 0
  let indentation = 0
  let lineBegins = true
  let values = 0
  for (let i = 0; i < text.length; i++) {
    const character = text[i]
    if (character === '\n') {
      ;[marks, indentation, lineBegins] = [0, 0, true]
      values++
      continue
    }
    if (lineBegins && character === ' ') indentation++
    else lineBegins = false
    if (character === '[' || character === '{') brackets.push(marks)
    else if (character === ']' || character === '}') marks = brackets.pop() ?? marks
    else if (character === ',' && brackets.length > 0) {
      marks = brackets.at(-1)!
      values++
    } else if ((character === '-' || character === '?' || character === ':') && /\s/.test(text[i + 1] ?? ' ')) marks++
    if (brackets.length > deepest || marks > deepest || indentation > 2 * deepest)
      return `it may nest deeper than ${deepest} levels; expected at most ${deepest}`
    if (values > mostValues)
      return `it has more than ${mostValues} lines and elements; expected fewer, or a file of JSON, which may have more`
  }
  return undefined
}
