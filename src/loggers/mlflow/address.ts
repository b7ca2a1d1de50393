import { LayerRotationError } from '../../errors.js'
import { trackingUri, type MlflowConfig } from '../../experiment/logger-config.js'
import { validate } from '../../validation/validate.js'

type Environment = Readonly<Record<string, string | undefined>>

/** A tracking server and the header by which it knows the user. */
export interface MlflowAddress {
  /** The address without a slash at its end. */
  uri: string
  authorization: string | undefined
}

/**
 * The tracking server of a config. User, password and token are those of MLflow's environment variables.
 *
 * @throws {LayerRotationError} INVALID_CONFIG if neither the config nor the environment names one
 */
export function mlflowAddress({ uri }: Pick<MlflowConfig, 'uri'>, env: Environment = process.env): MlflowAddress {
  const found = uri ?? env['MLFLOW_TRACKING_URI'] ?? ''
  if (found === '') {
    const message =
      "mlflow names no tracking server; expected mlflow({ uri: 'http://…' }), or MLFLOW_TRACKING_URI in the environment"
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
  if (uri === null) validate(trackingUri, found, 'MLFLOW_TRACKING_URI')
  return { uri: found.replace(/\/+$/, ''), authorization: authorization(env) }
}

function authorization(env: Environment): string | undefined {
  const user = env['MLFLOW_TRACKING_USERNAME']
  if (user) return `Basic ${Buffer.from(`${user}:${env['MLFLOW_TRACKING_PASSWORD'] ?? ''}`).toString('base64')}`
  const token = env['MLFLOW_TRACKING_TOKEN']
  return token ? `Bearer ${token}` : undefined
}
