/**
 * Ticks of a logarithmic axis: the powers of ten in the domain, and their multiples by 2 and 5 if there are fewer than
 * three.
 */
export function decades([low, high]: readonly [number, number]): number[] {
  const within = (multiples: readonly number[]) => {
    const ticks: number[] = []
    for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
      // 10 ** -3 * 2 is not the number that the text 0.002 stands for, so the text comes first.
      ticks.push(...multiples.map((multiple) => Number(`${multiple}e${power}`)))
    }
    return ticks.filter((tick) => tick >= low && tick <= high)
  }
  const powers = within([1])
  return powers.length >= 3 ? powers : within([1, 2, 5])
}
