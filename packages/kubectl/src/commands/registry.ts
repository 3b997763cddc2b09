import type { Command, HelpTexts } from '../command.ts';

/** A command line's first word: where its help and its code are. Both are loaded when they are first needed. */
export interface CommandEntry {
  readonly help: () => Promise<{ readonly help: HelpTexts }>;
  /** Commands by path; a group holds those below it. */
  readonly load: () => Promise<{ readonly commands: Readonly<Record<string, Command>> }>;
}

/** All commands by their first word. A command that is not here is refused as not available. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  annotate: { help: () => import('./label/help.ts'), load: () => import('./label/label.ts') },
  'api-resources': {
    help: () => import('./api-resources/help.ts'),
    load: () => import('./api-resources/api-resources.ts'),
  },
  'api-versions': {
    help: () => import('./api-versions/help.ts'),
    load: () => import('./api-versions/api-versions.ts'),
  },
  apply: { help: () => import('./apply/help.ts'), load: () => import('./apply/apply.ts') },
  auth: { help: () => import('./auth/help.ts'), load: () => import('./auth/auth.ts') },
  attach: { help: () => import('./attach/help.ts'), load: () => import('./attach/attach.ts') },
  autoscale: { help: () => import('./autoscale/help.ts'), load: () => import('./autoscale/autoscale.ts') },
  certificate: { help: () => import('./certificate/help.ts'), load: () => import('./certificate/certificate.ts') },
  'cluster-info': {
    help: () => import('./cluster-info/help.ts'),
    load: () => import('./cluster-info/cluster-info.ts'),
  },
  completion: { help: () => import('./completion/help.ts'), load: () => import('./completion/completion.ts') },
  config: { help: () => import('./config/help.ts'), load: () => import('./config/config.ts') },
  cordon: { help: () => import('./drain/help.ts'), load: () => import('./drain/drain.ts') },
  cp: { help: () => import('./cp/help.ts'), load: () => import('./cp/cp.ts') },
  create: { help: () => import('./create/help.ts'), load: () => import('./create/create.ts') },
  debug: { help: () => import('./debug/help.ts'), load: () => import('./debug/debug.ts') },
  delete: { help: () => import('./delete/help.ts'), load: () => import('./delete/delete.ts') },
  describe: { help: () => import('./describe/help.ts'), load: () => import('./describe/describe.ts') },
  diff: { help: () => import('./diff/help.ts'), load: () => import('./diff/diff.ts') },
  drain: { help: () => import('./drain/help.ts'), load: () => import('./drain/drain.ts') },
  edit: { help: () => import('./edit/help.ts'), load: () => import('./edit/edit.ts') },
  events: { help: () => import('./events/help.ts'), load: () => import('./events/events.ts') },
  exec: { help: () => import('./exec/help.ts'), load: () => import('./exec/exec.ts') },
  explain: { help: () => import('./explain/help.ts'), load: () => import('./explain/explain.ts') },
  expose: { help: () => import('./expose/help.ts'), load: () => import('./expose/expose.ts') },
  get: { help: () => import('./get/help.ts'), load: () => import('./get/get.ts') },
  kustomize: { help: () => import('./kustomize/help.ts'), load: () => import('./kustomize/kustomize.ts') },
  label: { help: () => import('./label/help.ts'), load: () => import('./label/label.ts') },
  logs: { help: () => import('./logs/help.ts'), load: () => import('./logs/logs.ts') },
  patch: { help: () => import('./patch/help.ts'), load: () => import('./patch/patch.ts') },
  plugin: { help: () => import('./plugin/help.ts'), load: () => import('./plugin/plugin.ts') },
  'port-forward': {
    help: () => import('./port-forward/help.ts'),
    load: () => import('./port-forward/port-forward.ts'),
  },
  proxy: { help: () => import('./proxy/help.ts'), load: () => import('./proxy/proxy.ts') },
  replace: { help: () => import('./replace/help.ts'), load: () => import('./replace/replace.ts') },
  rollout: { help: () => import('./rollout/help.ts'), load: () => import('./rollout/rollout.ts') },
  run: { help: () => import('./run/help.ts'), load: () => import('./run/run.ts') },
  scale: { help: () => import('./scale/help.ts'), load: () => import('./scale/scale.ts') },
  set: { help: () => import('./set/help.ts'), load: () => import('./set/set.ts') },
  taint: { help: () => import('./taint/help.ts'), load: () => import('./taint/taint.ts') },
  top: { help: () => import('./top/help.ts'), load: () => import('./top/top.ts') },
  uncordon: { help: () => import('./drain/help.ts'), load: () => import('./drain/drain.ts') },
  version: { help: () => import('./version/help.ts'), load: () => import('./version/version.ts') },
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
