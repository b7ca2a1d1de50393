/** The answers of a network for images. */
export interface Classifications {
  /** The class with the largest logit, of equal ones the lower: [images]. */
  predicted: Int32Array
  /** The probability of that class, 0 … 1: [images]. */
  probability: Float64Array
}

/**
 * Turns logits into classes, as the addon counts hits: of equal logits the one of the lower class counts as larger, and NaN as
 * larger than any number.
 *
 * @param logits [images][classes]
 */
export function classify(logits: Float32Array, classes: number): Classifications {
  const images = logits.length / classes
  const [predicted, probability] = [new Int32Array(images), new Float64Array(images)]
  for (let image = 0; image < images; image++) {
    const row = logits.subarray(image * classes, (image + 1) * classes)
    let best = 0
    for (let c = 1; c < classes; c++) if (!(row[c]! <= row[best]!) && !Number.isNaN(row[best]!)) best = c
    let sum = 0
    for (const logit of row) sum += Math.exp(logit - row[best]!)
    predicted[image] = best
    probability[image] = 1 / sum
  }
  return { predicted, probability }
}

/** Returns the probabilities of all classes, [images][classes]: the softmax of the logits. */
export function softmax(logits: Float32Array, classes: number): Float32Array {
  const probabilities = new Float32Array(logits.length)
  for (let begin = 0; begin < logits.length; begin += classes) {
    const row = logits.subarray(begin, begin + classes)
    const largest = row.reduce((a, b) => Math.max(a, b), -Infinity)
    const exponentials = Float64Array.from(row, (logit) => Math.exp(logit - largest))
    const sum = exponentials.reduce((a, b) => a + b, 0)
    probabilities.set(
      exponentials.map((value) => value / sum),
      begin,
    )
  }
  return probabilities
}

/** The most classes of a confusion matrix, which has the square of them as numbers. */
export const mostConfused = 4096

/** Counts the images of each class that are taken for each class: [classes][classes], labels by predictions, row-major. */
export function confusionMatrix(labels: Int32Array, predicted: Int32Array, classes: number): Int32Array {
  const counts = new Int32Array(classes * classes)
  for (const [image, label] of labels.entries()) counts[label * classes + predicted[image]!]!++
  return counts
}

/** The score of one class. */
export interface ClassScore {
  /** The class, 0-based. */
  label: number
  /** Its name, or its number where it has none. */
  name: string
  /** Images of this class. */
  images: number
  /** Share of them that are taken for it (recall), 0 … 1; null without images. */
  accuracy: number | null
  /** Share of the images that are taken for it and are of it, 0 … 1; null if none is taken for it. */
  precision: number | null
  /** The other class that most of its images are taken for; null if none is. */
  confusedWith: { label: number; name: string; images: number } | null
}

/** Scores each class. */
export function classScores(
  labels: Int32Array,
  predicted: Int32Array,
  classes: number,
  names: readonly string[] | null,
): ClassScore[] {
  const [ofClass, takenFor, hits] = [new Int32Array(classes), new Int32Array(classes), new Int32Array(classes)]
  const mistakes = Array.from({ length: classes }, () => new Map<number, number>())
  for (const [image, label] of labels.entries()) {
    const found = predicted[image]!
    ofClass[label]!++
    takenFor[found]!++
    if (found === label) hits[label]!++
    else mistakes[label]!.set(found, (mistakes[label]!.get(found) ?? 0) + 1)
  }
  const nameOf = (label: number) => names?.[label] ?? String(label)
  const share = (part: number, whole: number) => (whole === 0 ? null : part / whole)
  return Array.from(mistakes, (others, label) => {
    const most = [...others].sort(([a, m], [b, n]) => n - m || a - b)[0]
    return {
      label,
      name: nameOf(label),
      images: ofClass[label]!,
      accuracy: share(hits[label]!, ofClass[label]!),
      precision: share(hits[label]!, takenFor[label]!),
      confusedWith: most === undefined ? null : { label: most[0], name: nameOf(most[0]), images: most[1] },
    }
  })
}
