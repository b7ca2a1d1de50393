/** The rank of each number, 1 for the highest; equal numbers share the mean of their ranks. */
export function ranks(values: readonly number[]): number[] {
  return values.map((value) => {
    const higher = values.filter((other) => other > value).length
    const equal = values.filter((other) => other === value).length
    return higher + (equal + 1) / 2
  })
}
