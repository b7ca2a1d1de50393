import { z } from 'zod'
import { constructorOf, type Constructor } from '../validation/constructor.js'
import { strictObject } from '../validation/strict-object.js'

const tensorBoardSchema = strictObject({
  /** Selects TensorBoard, which reads the event files in the folder `tensorboard` of the run. */
  type: z.literal('tensorboard'),
})

const credentials =
  'it holds a user or a password, which would stand in config.json; expected the address alone, ' +
  'and MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, in the environment'

/** The address of a tracking server. */
export const trackingUri = z.string().superRefine((text, context) => {
  const problem = problemOfUri(text)
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
})

function problemOfUri(text: string): string | undefined {
  // A message must not repeat the text: it may hold a password.
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    return "it is not the address of a tracking server; expected one such as 'http://127.0.0.1:5000'"
  const { username, password, search, hash } = new URL(text)
  if (username !== '' || password !== '') return credentials
  return search + hash === '' ? undefined : "it holds a '?' or a '#'; expected the address of the server alone"
}

const mlflowSchema = strictObject({
  /** Selects MLflow, to whose tracking server the run is sent. */
  type: z.literal('mlflow'),
  /**
   * The address of the tracking server, such as 'http://127.0.0.1:5000'; null takes it from the environment variable
   * MLFLOW_TRACKING_URI. Passwords and tokens come from MLflow's environment variables.
   * @default null
   */
  uri: trackingUri.nullable().default(null),
  /**
   * The name of the experiment in MLflow, at most 250 characters; null for the name of this experiment.
   * @default null
   */
  experiment: z.string().min(1).max(250).nullable().default(null),
})

export type MlflowConfig = z.output<typeof mlflowSchema>

/** A service that shows runs, to which a run is sent while it trains. */
export const loggerSchema = z.discriminatedUnion('type', [tensorBoardSchema, mlflowSchema])

export type LoggerConfig = z.output<typeof loggerSchema>

/**
 * Writes the run's numbers for TensorBoard, into the folder `tensorboard` of the run.
 *
 *     loggers: [tensorBoard()]
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const tensorBoard: Constructor<typeof tensorBoardSchema> = constructorOf(tensorBoardSchema)

/**
 * Sends the run's numbers to an MLflow tracking server.
 *
 *     loggers: [mlflow({ uri: 'http://127.0.0.1:5000', experiment: 'rotation' })]
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const mlflow: Constructor<typeof mlflowSchema> = constructorOf(mlflowSchema)
