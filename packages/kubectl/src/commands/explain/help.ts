import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  explain: {
    short: 'Show what a type of objects is for, and its fields',
    long: `Show what a type of objects is for, and its fields.

 Fields are named by their path, without brackets or indexes:

  <type>.<fieldName>[.<fieldName>]

 The descriptions are those that the server publishes.

Use "kubectl api-resources" for a complete list of supported resources.`,
    examples: [
      ['Explain Pods and their fields', 'kubectl explain pods'],
      ['Print all fields of Pods, however deep', 'kubectl explain pods --recursive'],
      ['Explain Deployments in a given version', 'kubectl explain deployments --api-version=apps/v1'],
      ['Explain one field', 'kubectl explain pods.spec.containers'],
      ['Explain in the form of older versions', 'kubectl explain deployment --output=plaintext-openapiv2'],
    ],
    flags: {
      'api-version': 'Group and version (group/version) to explain the type in.',
      output: 'Form of the output: plaintext or plaintext-openapiv2.',
      recursive: 'When true, print the names of all fields, and of those below them, without their descriptions.',
    },
  },
};
