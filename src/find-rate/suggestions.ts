/** The points of a search that suggestions are made from: rates, ascending, and smoothed losses. */
export interface LossCurve {
  rates: ArrayLike<number>
  losses: ArrayLike<number>
}

/**
 * Learning rates that the loss by rate suggests, by the names and the rules of fastai's `lr_find`; null where the loss does not
 * fall.
 */
export interface Suggestions {
  /** The middle of the last but one third of the longest fall of the loss: fastai's default. */
  valley: number | null
  /** The rate at which the loss falls most steeply over the logarithm of the rate. Lightning suggests such a rate, too. */
  steepest: number | null
  /** A tenth of the rate at which the loss is least. */
  minimum: number | null
}

export const suggestionNames = ['valley', 'steepest', 'minimum'] as const satisfies readonly (keyof Suggestions)[]

/**
 * Makes the suggestions. Like fastai, it leaves out the first tenth of the steps that were planned, in which the smoothed loss is
 * noise, and the last five, in which it explodes.
 *
 * @param planned steps that were planned
 */
export function suggestionsOf({ rates, losses }: LossCurve, planned: number): Suggestions {
  const [begin, end] = [Math.floor(planned / 10), Math.max(0, losses.length - 5)]
  const curve = { rates: Array.from(rates).slice(begin, end), losses: Array.from(losses).slice(begin, end) }
  return { valley: valley(curve), steepest: steepest(curve), minimum: minimum(curve) }
}

interface Points {
  rates: readonly number[]
  losses: readonly number[]
}

/**
 * The longest fall is the longest subsequence of ever smaller losses, of which the first one counts. With n losses in it, fastai
 * takes it to begin n steps before its end.
 */
function valley({ rates, losses }: Points): number | null {
  let [longest, last] = [1, 0]
  const falls: number[] = []
  for (const [i, loss] of losses.entries()) {
    let length = 1
    for (let j = 0; j < i; j++) if (losses[j]! > loss) length = Math.max(length, falls[j]! + 1)
    falls.push(length)
    if (length > longest) [longest, last] = [length, i]
  }
  if (longest === 1) return null
  const third = longest / 3
  return rates[Math.max(0, last - longest + Math.floor(third) + Math.floor(third / 2))]!
}

function steepest({ rates, losses }: Points): number | null {
  let [least, found] = [0, null as number | null]
  for (let i = 0; i + 1 < losses.length; i++) {
    const slope = (losses[i + 1]! - losses[i]!) / (Math.log(rates[i + 1]!) - Math.log(rates[i]!))
    if (slope < least) [least, found] = [slope, rates[i]!]
  }
  return found
}

function minimum({ rates, losses }: Points): number | null {
  const least = losses.reduce((a, b) => Math.min(a, b), Infinity)
  const place = losses.indexOf(least)
  return place > 0 ? rates[place]! / 10 : null
}
