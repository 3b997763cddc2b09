import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  diff: {
    short: 'Diff the live version against a would-be applied version',
    examples: [['What would applying a file change', 'kubectl diff -f web.yaml']],
    flags: {
      concurrency: 'Number of objects to process at the same time.',
      'force-conflicts': 'With --server-side, take fields over from other managers.',
      prune: 'Delete objects that were applied once and are not among the given ones. Needs -l or --all.',
      'prune-allowlist': 'Types to prune, as group/version/kind, instead of the default ones.',
      'server-side': 'Let the server merge.',
    },
  },
};
