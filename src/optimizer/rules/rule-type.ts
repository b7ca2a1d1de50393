import type { z } from 'zod'

/** The default export of an update rule's file, beside the constructor and the config type, which are public. */
export interface RuleType<Config extends { type: string }> {
  schema: z.ZodObject<{ type: z.ZodLiteral<Config['type']> }>
  /** The name in figures, tables and reports: 'RMSprop'. */
  label: string
  /**
   * Words for options that differ from their defaults, where `epsilon 1e-8` does not read well; an empty text for an option
   * that another one's words include.
   */
  words?(config: Config): { [Key in keyof Config]?: string }
  /** A remark that reports add to the name; undefined for none. */
  remark?(config: Config): string | undefined
}
