import { styleText } from 'node:util'
import type { SetCheck, SplitCheck } from '../../data/catalog/check-set.js'
import { count, decimals } from '../../numbers.js'
import { clickablePath } from '../terminal/path.js'

/** Describes a usable data set in lines: counts, means and deviations. */
export function describeCheck(check: SetCheck): string[] {
  const { title, place, asPublished, inputShape, classes, train, test } = check
  const origin =
    asPublished === null
      ? ''
      : asPublished
        ? ', as published'
        : `, ${styleText('yellow', 'not the bytes that were published')}`
  return [
    `${styleText('green', '✓')} ${styleText('bold', title)}  ${inputShape.join(' × ')}, ${classes} classes${origin}`,
    `  ${clickablePath(place)}`,
    ...describeSplit('train', train),
    ...describeSplit('test', test),
  ]
}

function describeSplit(name: string, { images, perClass, mean, deviation, channels }: SplitCheck): string[] {
  const [fewest, most] = perClass.map((number) => count(number))
  const each = fewest === most ? `${fewest}` : `${fewest} to ${most}`
  const all = `mean ${decimals(mean, 3)}  deviation ${decimals(deviation, 3)}`
  const lines = [`  ${name.padEnd(6)} ${count(images)} images, ${each} a class  ${all}`]
  if (channels.length > 1) {
    const text = channels.map((channel) => `${decimals(channel.mean, 3)} / ${decimals(channel.deviation, 3)}`)
    lines.push(`         by channel  ${text.join('  ')}`)
  }
  return lines
}
