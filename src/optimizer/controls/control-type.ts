import type { z } from 'zod'
import type { RuleConfig } from '../rule.js'

/** The default export of a control's file, beside the constructor and the config type, which are public. */
export interface ControlType<Config extends { type: string; rule: RuleConfig }> {
  schema: z.ZodObject<{ type: z.ZodLiteral<Config['type']> }>
  /** The name in figures, tables and reports: 'Layca'. */
  label: string
  /**
   * True if only the layers' weights train by default; biases and normalisation parameters then keep their initial
   * values.
   */
  trainsWeightsOnly: boolean
  /** The reason why weights that begin at 0 never change, in words that follow the control's name; undefined if they do. */
  zerosStay?: string
  /** Words for options that differ from their defaults, where `delta 0.2` does not read well. */
  words?(config: Config): { [Key in keyof Config]?: string }
  /** The name and the usual options of a variant of the control, such as LARC; undefined if the config is none. */
  variant?(config: Config): { label: string; usual: Config } | undefined
  /** The names that the control has around some rules, such as SGDP, and the options of the rule that the name implies. */
  around?: Partial<Record<RuleConfig['type'], { label: string; usual: RuleConfig }>>
}
