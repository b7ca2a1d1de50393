/** Ticks of a logarithmic axis: the powers of ten within the domain; 2 and 5 times them too where there are fewer than three. */
export function decades([low, high]: readonly [number, number]): number[] {
  const within = (multiples: readonly number[]) => {
    const ticks: number[] = []
    for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
      // Written as text first: 10 ** -3 * 2 is not the number that is read as 0.002.
      ticks.push(...multiples.map((multiple) => Number(`${multiple}e${power}`)))
    }
    return ticks.filter((tick) => tick >= low && tick <= high)
  }
  const powers = within([1])
  return powers.length >= 3 ? powers : within([1, 2, 5])
}
