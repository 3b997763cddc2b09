import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  kustomize: {
    short: 'Build a kustomization target from a directory or URL',
    examples: [['Print what a directory makes', 'kubectl kustomize dir/']],
    flags: {
      'as-current-user': 'Run functions with the ids of the current user.',
      'enable-alpha-plugins': 'Allow plug-ins of kustomize.',
      'enable-helm': 'Allow the Helm chart generator.',
      env: 'Environment variable, as KEY=VALUE; may be repeated.',
      'helm-api-versions': 'API versions that charts are told of.',
      'helm-command': 'Command to call for Helm.',
      'helm-debug': 'Let Helm tell more.',
      'helm-kube-version': 'Version that charts are told of.',
      'load-restrictor':
        "'LoadRestrictionsNone' lets kustomizations read files outside of their directory; 'LoadRestrictionsRootOnly' does not.",
      mount: 'Storage for functions.',
      network: 'Let functions use the network.',
      'network-name': 'Network for functions.',
    },
  },
};
