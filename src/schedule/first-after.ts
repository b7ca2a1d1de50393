/**
 * The index of the first of `count` ascending values that is above `limit`; `count` if none is. It is found by halving: a
 * schedule may have a million values, and is asked at every step.
 *
 *     firstAfter(3, (index) => [10, 20, 30][index]!, 20)   // 2
 */
export function firstAfter(count: number, value: (index: number) => number, limit: number): number {
  let [low, high] = [0, count]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (value(middle) > limit) high = middle
    else low = middle + 1
  }
  return low
}
