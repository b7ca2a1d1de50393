import type { z } from 'zod'

/** The smallest number above 0 of fp32 that no device rounds to 0: smaller ones are subnormal. */
const smallest = 2 ** -126

/**
 * Returns the schema of a number that the engine computes with as fp32: it also refuses a number that becomes 0, infinite
 * or a value that the schema refuses when it is rounded to fp32, such as an epsilon of 1e-50 or a decay of 0.99999999.
 *
 *     epsilon: fp32(z.number().positive())
 *     beta2: fp32(z.number().min(0).lt(1))
 */
export function fp32(schema: z.ZodNumber): z.ZodNumber {
  return schema.refine((value) => survives(schema, value), {
    // A number that is wrong by itself is reported as such.
    when: ({ issues }) => issues.length === 0,
    error: ({ input }) => {
      const value = input as number
      const limits =
        Math.abs(value) < smallest ? 'at least 1.2e-38' : value < 1 ? 'at most 0.9999999' : 'at most 3.4e38'
      return `${value} becomes ${Math.abs(value) < smallest ? 0 : Math.fround(value)} in fp32; expected ${limits}`
    },
  })
}

function survives(schema: z.ZodNumber, value: number): boolean {
  const rounded = Math.fround(value)
  return value === 0 || (Math.abs(rounded) >= smallest && schema.safeParse(rounded).success)
}
