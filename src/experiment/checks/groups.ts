import { dataShape } from '../../data/data.js'
import type { Contradiction } from './contradiction.js'
import type { ExperimentConfig } from '../config.js'
import { isControl, type OptimizerConfig } from '../../optimizer/optimizer.js'
import { suggestion } from '../../validation/nearest.js'
import { matchesGlob } from '../../validation/glob.js'
import type { GroupConfig } from '../../groups/group.js'
import { matches } from '../../groups/match.js'
import { modelParameters, parameterKinds, type ModelParameter } from '../../groups/model-parameters.js'
import { parameterSettings } from '../../groups/parameter-settings.js'

/** Finds groups that match no parameter or ask for something that model or optimizer do not have. */
export function* groupContradictions(config: ExperimentConfig): Generator<Contradiction> {
  const { groups, model, data, optimizer } = config
  if (groups.length === 0) return
  const parameters = modelParameters(model.layers, dataShape(data).inputShape)
  for (const [index, group] of groups.entries()) {
    for (const { path, message } of problems(group, optimizer, parameters)) {
      yield { path: ['groups', index, ...path], message }
    }
  }
  if (parameterSettings(config).some(({ trained }) => trained)) return
  yield { path: ['groups'], message: 'all parameters are frozen; expected at least one that trains' }
}

function problems(
  { match, controlled }: GroupConfig,
  optimizer: OptimizerConfig,
  parameters: readonly ModelParameter[],
): Contradiction[] {
  const unmatched = [...unmatchedConditions(match, parameters)]
  if (unmatched.length > 0) return unmatched
  const matching = parameters.filter((parameter) => matches(parameter, match))
  if (matching.length === 0) {
    const message = `no parameter of the model matches all of ${Object.keys(match).join(', ')} together`
    return [{ path: ['match'], message }]
  }
  const message = controlled === true && uncontrollable(optimizer, matching)
  return message ? [{ path: ['controlled'], message }] : []
}

function* unmatchedConditions(
  { layers = [], kind, parameters: patterns = [] }: GroupConfig['match'],
  parameters: readonly ModelParameter[],
): Generator<Contradiction> {
  const layerNames = [...new Set(parameters.map(({ layer }) => layer))]
  for (const [index, pattern] of layers.entries()) {
    if (layerNames.some((name) => matchesGlob(name, pattern))) continue
    const message = `${JSON.stringify(pattern)} matches no layer that has parameters${suggestion(pattern, layerNames)}`
    yield { path: ['match', 'layers', index], message }
  }
  const kinds = parameterKinds.filter((known) => parameters.some((parameter) => parameter.kinds.has(known)))
  if (kind !== undefined && !kinds.includes(kind)) {
    const message = `no parameter of the model is of kind ${kind}; expected ${kinds.join(', ')}`
    yield { path: ['match', 'kind'], message }
  }
  const names = parameters.map(({ name }) => name)
  for (const [index, pattern] of patterns.entries()) {
    if (names.some((name) => matchesGlob(name, pattern))) continue
    const message = `${JSON.stringify(pattern)} matches no parameter of the model${suggestion(pattern, names)}`
    yield { path: ['match', 'parameters', index], message }
  }
}

/** The reason why the optimizer cannot control all of the parameters; undefined if it can. */
function uncontrollable(optimizer: OptimizerConfig, parameters: readonly ModelParameter[]): string | undefined {
  const { type } = optimizer
  if (!isControl(optimizer)) return `${type} alone controls nothing; expected a control around it, such as layca`
  const other = parameters.find(({ kinds }) => !kinds.has('kernel'))
  if (!other) return undefined
  const what = other.kinds.has('bias') ? 'a bias' : 'part of a normalisation'
  return `${other.name} is ${what}, and ${type} controls weights of layers only; expected a match of those alone, such as kind: "kernel"`
}
