/**
 * Takes turns, A B, B A, A B …, so that a machine that slowly gets faster or slower favours neither; the first turn
 * warms up and is not counted, unless `warmUp` is false.
 * @template T
 * @template {string} Name
 * @param {number} rounds
 * @param {Record<Name, () => Promise<T>>} contestants
 * @param {(round: number, name: Name, result: T) => void} onResult round 0 is the warm-up
 * @param {{ warmUp?: boolean }} [options]
 * @returns {Promise<Record<Name, T[]>>} `rounds` results of each
 */
export async function takeTurns(rounds, contestants, onResult, { warmUp = true } = {}) {
  const names = /** @type {Name[]} */ (Object.keys(contestants))
  const none = names.map((name) => /** @type {[Name, T[]]} */ ([name, []]))
  const results = /** @type {Record<Name, T[]>} */ (Object.fromEntries(none))
  for (let round = warmUp ? 0 : 1; round <= rounds; round++) {
    for (const name of round % 2 === 0 ? names : [...names].reverse()) {
      const result = await contestants[name]()
      if (round > 0) results[name].push(result)
      onResult(round, name, result)
    }
  }
  return results
}
