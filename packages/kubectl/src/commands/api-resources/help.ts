import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  'api-resources': {
    short: 'Print the types of objects that the server has',
    examples: [
      ['Print all types', 'kubectl api-resources'],
      ['Print them with more columns', 'kubectl api-resources -o wide'],
      ['Print them sorted by a column', 'kubectl api-resources --sort-by=name'],
      ['Print those whose objects live in namespaces', 'kubectl api-resources --namespaced=true'],
      ['Print those of one API group', 'kubectl api-resources --api-group=rbac.authorization.k8s.io'],
    ],
    flags: {
      'api-group': 'Only types of this API group.',
      cached: 'Use what is known of the server already.',
      categories: 'Only types of these categories.',
      namespaced: 'If false, only types whose objects live in no namespace; if true, only those that do.',
      output: 'Output format. One of: (wide, name).',
      'sort-by': "If not empty, sort by this column: 'name' or 'kind'.",
      verbs: 'Only types that know these verbs.',
    },
  },
};
