import type { ExperimentConfig } from '../experiment/config.js'
import type { LoggerConfig } from '../experiment/logger-config.js'
import type { Logger } from './logger.js'
import { mlflowAddress } from './mlflow/address.js'
import { mlflowLogger } from './mlflow/mlflow-logger.js'
import { tensorBoardLogger } from './tensorboard/tensorboard-logger.js'

/** The logger of a config. @throws {LayerRotationError} INVALID_CONFIG if the environment lacks what it needs */
export function loggerOf(config: LoggerConfig): Logger {
  return config.type === 'tensorboard' ? tensorBoardLogger : mlflowLogger(mlflowAddress(config), config.experiment)
}

/** Checks that the environment has what loggers need, before anything is written. @throws {LayerRotationError} INVALID_CONFIG */
export function requireLoggers({ loggers }: ExperimentConfig): void {
  loggers.forEach(loggerOf)
}
