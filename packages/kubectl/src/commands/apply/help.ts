import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  apply: {
    short: 'Apply a configuration to an object by file name or stdin',
    examples: [
      ['Apply a file', 'kubectl apply -f ./web.yaml'],
      ['Apply a kustomization', 'kubectl apply -k dir/'],
      ['Let the server merge', 'kubectl apply --server-side -f web.yaml'],
    ],
    flags: {
      cascade:
        'Must be "background", "orphan", or "foreground": what becomes of objects that depend on the deleted ones.',
      'force-conflicts': 'With --server-side, take fields over from other managers.',
      'openapi-patch': 'Learn from the OpenAPI document of the server how lists are merged.',
      prune: 'Delete objects that were applied once and are not among the given ones. Needs -l or --all.',
      'prune-allowlist': 'Types to prune, as group/version/kind, instead of the default ones.',
      'server-side': 'Let the server merge.',
      subresource: 'Sub-resource to work on instead of the object.',
    },
  },
  'apply edit-last-applied': {
    short: 'Edit the latest last-applied-configuration annotation of an object',
    examples: [['Edit what was applied last', 'kubectl apply edit-last-applied deployment/web']],
    flags: { 'windows-line-endings': 'End lines as Windows does while editing.' },
  },
  'apply set-last-applied': {
    short: 'Set the last-applied-configuration annotation on a live object to match the contents of a file',
    examples: [['As if the file had been applied', 'kubectl apply set-last-applied -f web.yaml --create-annotation']],
    flags: { 'create-annotation': 'Make the annotation when the object has none.' },
  },
  'apply view-last-applied': {
    short: 'View the latest last-applied-configuration annotation of an object',
    examples: [['See what was applied last', 'kubectl apply view-last-applied deployment/web']],
  },
};
