import type { ModelEvaluation } from './evaluate.js'

/** Returns the part of an evaluation that fits into a few lines of JSON: all but the answers image by image. */
export function evaluationSummary(evaluation: ModelEvaluation) {
  const { weights, data, split, examples, classes, loss, accuracy, top5Accuracy, perClass } = evaluation
  return { weights, data, split, examples, classes, loss, accuracy, top5Accuracy, perClass }
}
