import { defineCommand } from '../command.js'
import { print } from '../output.js'

export const schema = defineCommand({
  command: 'schema',
  describe: 'Print the JSON Schema of an experiment',
  positionals: {},
  options: {},
  examples: [
    ['schema', 'Every key with its meaning, type, range and default'],
    ['schema > experiment.schema.json', 'A file for an editor'],
  ],
  notes: [
    'An editor that knows the schema completes and explains the keys of an experiment in YAML, which begins with\n' +
      '  # yaml-language-server: $schema=./experiment.schema.json\n' +
      'or in JSON, with the key "$schema". The package holds the file as dist/experiment.schema.json.',
  ],
  handler: async () => {
    const { jsonSchemaFile } = await import('../../experiment/json-schema.js')
    const { readText } = await import('../../files/read-text.js')
    const { reading } = await import('../../files/reading.js')
    print((await reading(jsonSchemaFile, () => readText(jsonSchemaFile))).trimEnd())
  },
})
