import type { Command, HelpTexts } from '../command.ts';

/** A command line's first word: where its help and its code are. Both are loaded when they are first needed. */
export interface CommandEntry {
  readonly help: () => Promise<{ readonly help: HelpTexts }>;
  /** Commands by path; a group holds those below it. */
  readonly load: () => Promise<{ readonly commands: Readonly<Record<string, Command>> }>;
}

/** All commands by their first word. A command that is not here is refused as not available. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  'api-versions': {
    help: () => import('./api-versions/help.ts'),
    load: () => import('./api-versions/api-versions.ts'),
  },
  describe: { help: () => import('./describe/help.ts'), load: () => import('./describe/describe.ts') },
  explain: { help: () => import('./explain/help.ts'), load: () => import('./explain/explain.ts') },
  get: { help: () => import('./get/help.ts'), load: () => import('./get/get.ts') },
  logs: { help: () => import('./logs/help.ts'), load: () => import('./logs/logs.ts') },
  wait: { help: () => import('./wait/help.ts'), load: () => import('./wait/wait.ts') },
};

/** The groups of `kubectl --help`, in its order. */
export const GROUPS: readonly { readonly title: string; readonly commands: readonly string[] }[] = [
  { title: 'Basic Commands (Beginner):', commands: ['create', 'expose', 'run', 'set'] },
  { title: 'Basic Commands (Intermediate):', commands: ['explain', 'get', 'edit', 'delete'] },
  { title: 'Deploy Commands:', commands: ['rollout', 'scale', 'autoscale'] },
  {
    title: 'Cluster Management Commands:',
    commands: ['certificate', 'cluster-info', 'top', 'cordon', 'uncordon', 'drain', 'taint'],
  },
  {
    title: 'Troubleshooting and Debugging Commands:',
    commands: ['describe', 'logs', 'attach', 'exec', 'port-forward', 'proxy', 'cp', 'auth', 'debug', 'events'],
  },
  { title: 'Advanced Commands:', commands: ['diff', 'apply', 'patch', 'replace', 'wait', 'kustomize'] },
  { title: 'Settings Commands:', commands: ['label', 'annotate', 'completion'] },
  { title: 'Other Commands:', commands: ['api-resources', 'api-versions', 'config', 'plugin', 'version'] },
];
