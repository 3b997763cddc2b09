import type { Pod, Service } from '@tabernetes/api/types/core-v1';
import type { CommandContext } from '../command.ts';
import { preferredResources } from '../commands/api-resources/api-resources.ts';
import { qualifiedName } from '../discovery/discovery.ts';
import { readTuple } from '../resources/arguments.ts';
import { fetchInfo } from '../resources/info.ts';
import { select } from '../resources/select.ts';
import { podSelectorOf, podsToLog } from '../workloads/pods-of.ts';
import { type Completions, NO_FILES, NO_SPACE } from './directives.ts';

/** What the arguments of a command name. */
export type ArgumentKind =
  /** `TYPE NAME…` or `TYPE/NAME…`; `types`: no others; `once`: a single object. */
  | { readonly kind: 'objects'; readonly types?: readonly string[]; readonly once?: boolean }
  /** Names of one type. */
  | { readonly kind: 'names'; readonly type: string }
  | { readonly kind: 'pod'; readonly then?: 'containers' | 'ports' }
  /** The two places of `cp`. */
  | { readonly kind: 'place' }
  | { readonly kind: 'config'; readonly section: 'clusters' | 'contexts' | 'users' };

const ROLLED = ['deployment', 'daemonset', 'statefulset'];
const OBJECTS: ArgumentKind = { kind: 'objects' };
const ofTypes = (types: readonly string[], once = false): ArgumentKind => ({ kind: 'objects', types, once });
const NODES: ArgumentKind = { kind: 'names', type: 'node' };

/** By the path of the command. @see k8s.io/kubectl/pkg/util/completion/completion.go */
export const ARGUMENTS: Readonly<Record<string, ArgumentKind>> = {
  annotate: OBJECTS,
  'apply edit-last-applied': OBJECTS,
  'apply view-last-applied': OBJECTS,
  attach: { kind: 'pod' },
  autoscale: ofTypes(['deployment', 'replicaset', 'replicationcontroller', 'statefulset']),
  'config delete-cluster': { kind: 'config', section: 'clusters' },
  'config delete-context': { kind: 'config', section: 'contexts' },
  'config delete-user': { kind: 'config', section: 'users' },
  'config rename-context': { kind: 'config', section: 'contexts' },
  'config set-context': { kind: 'config', section: 'contexts' },
  'config use-context': { kind: 'config', section: 'contexts' },
  cordon: NODES,
  cp: { kind: 'place' },
  'create token': { kind: 'names', type: 'serviceaccount' },
  delete: OBJECTS,
  describe: OBJECTS,
  drain: NODES,
  edit: OBJECTS,
  exec: { kind: 'pod' },
  expose: ofTypes(['pod', 'service', 'replicationcontroller', 'deployment', 'replicaset']),
  get: OBJECTS,
  label: OBJECTS,
  logs: { kind: 'pod', then: 'containers' },
  patch: OBJECTS,
  'port-forward': { kind: 'pod', then: 'ports' },
  'rollout history': ofTypes(ROLLED),
  'rollout pause': ofTypes(['deployment']),
  'rollout restart': ofTypes(ROLLED),
  'rollout resume': ofTypes(['deployment']),
  'rollout status': ofTypes(ROLLED, true),
  'rollout undo': ofTypes(ROLLED),
  scale: ofTypes(['deployment', 'replicaset', 'replicationcontroller', 'statefulset']),
  'set image': ofTypes(
    ['daemonsets', 'deployments', 'pods', 'cronjobs', 'replicasets', 'replicationcontrollers', 'statefulsets'],
    true,
  ),
  taint: ofTypes(['node']),
  'top node': NODES,
  'top pod': { kind: 'names', type: 'pod' },
  uncordon: NODES,
};

const WITH_PODS = [
  'daemonsets',
  'deployments',
  'pods',
  'jobs',
  'replicasets',
  'replicationcontrollers',
  'services',
  'statefulsets',
];

/** Candidates for the word behind `args`. What cannot be asked has none. */
export async function completeArgument(
  context: CommandContext,
  { ...what }: ArgumentKind,
  args: readonly string[],
  word: string,
): Promise<Completions> {
  const [first] = args;
  switch (what.kind) {
    case 'config':
      return plain(first === undefined ? entryNames(context, what.section) : [], word);
    case 'names':
      return plain(first === undefined ? await namesOf(context, what.type) : [], word);
    case 'place':
      return { candidates: first === undefined ? await placesOf(context, word) : [], directive: NO_SPACE };
    case 'objects':
      return completeObject(context, what, args, word);
    case 'pod':
      if (first === undefined) return completePod(context, word);
      if (args.length > 1 || what.then === undefined) return plain([], word);
      return plain(
        what.then === 'containers' ? await containersOf(context, first) : await portsOf(context, first, word),
        word,
      );
  }
}

const plain = (names: readonly string[], word: string): Completions => ({
  candidates: names.filter((name) => name.startsWith(word)),
  directive: NO_FILES,
});

/** Names of what a kubeconfig holds, sorted; none of one that cannot be read. */
export function entryNames({ config }: CommandContext, section: 'clusters' | 'contexts' | 'users'): readonly string[] {
  try {
    return [...config.load()[section].keys()].sort();
  } catch {
    return [];
  }
}

/** Names of the objects of a type, of several or of a category, in the namespace; none when the server does not answer. */
export async function namesOf(context: CommandContext, type: string, namespace?: string): Promise<readonly string[]> {
  try {
    const selection = await select(context, { args: [type], namespace: namespace ?? context.namespace().name });
    return (await selection.collect()).infos.map(({ name }) => name);
  } catch {
    // A completion that fails is one without candidates.
    return [];
  }
}

/** `NAMESPACE/`, `POD:`, `NAMESPACE/POD:` and, when one of them may be meant as well, files. */
async function placesOf(context: CommandContext, word: string): Promise<readonly string[]> {
  if (/^[/.~]/.test(word) || word.includes(':')) return [];
  const matching = (names: readonly string[]): readonly string[] => names.filter((name) => name.startsWith(word));
  const slash = word.indexOf('/');
  if (slash > 0) {
    const namespace = word.slice(0, slash);
    return matching((await namesOf(context, 'pod', namespace)).map((name) => `${namespace}/${name}:`));
  }
  const places = [
    ...matching(await namesOf(context, 'namespace')).map((name) => `${name}/`),
    ...matching(await namesOf(context, 'pod')).map((name) => `${name}:`),
  ];
  if (word === '') return [...places, './', '/'];
  if (places.length === 0) return places;
  const { fs } = context.process;
  const files = matching(fs.readDirectory('.'));
  return [...places, ...files.map((name) => (fs.stat(name).type === 'directory' ? `${name}/` : name))];
}

async function typesOf(context: CommandContext, word: string): Promise<readonly string[]> {
  const comma = word.lastIndexOf(',') + 1;
  let known: ReturnType<typeof preferredResources>;
  try {
    known = preferredResources(await context.api().discovery());
  } catch {
    return [];
  }
  return known
    .filter(({ verbs }) => verbs.includes('get'))
    .toSorted((a, b) => compare(a.group, b.group) || compare(a.name, b.name))
    .map(qualifiedName)
    .filter((name) => name.startsWith(word.slice(comma)))
    .map((name) => word.slice(0, comma) + name);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

async function completeObject(
  context: CommandContext,
  { types, once = false }: Extract<ArgumentKind, { readonly kind: 'objects' }>,
  args: readonly string[],
  word: string,
): Promise<Completions> {
  const [first] = args;
  const without = (names: readonly string[], taken: readonly string[]): readonly string[] =>
    names.filter((name) => !taken.includes(name));
  if (first !== undefined && !first.includes('/')) {
    if (once && args.length > 1) return plain([], word);
    const { candidates } = plain(await namesOf(context, first), word);
    return { candidates: without(candidates, args.slice(1)), directive: NO_FILES };
  }
  const slash = word.indexOf('/');
  if (slash >= 0) {
    if (once && first !== undefined) return plain([], word);
    const type = word.slice(0, slash);
    const names = (await namesOf(context, type)).map((name) => `${type}/${name}`);
    return { candidates: without(plain(names, word).candidates, args), directive: NO_FILES };
  }
  const known = (): Promise<readonly string[]> | readonly string[] =>
    types === undefined ? typesOf(context, word) : types.filter((type) => type.startsWith(word));
  if (first === undefined) return { candidates: await known(), directive: NO_FILES };
  if (once) return plain([], word);
  return { candidates: (await known()).map((type) => `${type}/`), directive: NO_FILES | NO_SPACE };
}

async function completePod(context: CommandContext, word: string): Promise<Completions> {
  const slash = word.indexOf('/');
  if (slash >= 0) {
    const type = word.slice(0, slash);
    return plain(
      (await namesOf(context, type)).map((name) => `${type}/${name}`),
      word,
    );
  }
  const pods = (await namesOf(context, 'pod')).filter((name) => name.startsWith(word));
  const types = WITH_PODS.filter((type) => type.startsWith(word)).map((type) => `${type}/`);
  return { candidates: [...pods, ...types], directive: pods.length === 0 ? NO_FILES | NO_SPACE : NO_FILES };
}

/** The Pod that `NAME` or `TYPE/NAME` means. */
async function podOf(context: CommandContext, text: string): Promise<Pod | undefined> {
  try {
    const { resource: type, name } = text.includes('/') ? readTuple(text) : { resource: 'pod', name: text };
    const resource = await context.api().known((discovery) => discovery.find(type));
    const namespace = context.namespace().name;
    const info = { resource, namespace, name, source: '', object: undefined, subresource: '' };
    const { object } = await fetchInfo(context.api(), info);
    if (object === undefined || resource.kind === 'Pod') return object as unknown as Pod | undefined;
    return (await podsToLog(context, namespace, podSelectorOf(object), 100))[0];
  } catch {
    return undefined;
  }
}

export async function containersOf(context: CommandContext, pod: string): Promise<readonly string[]> {
  const { spec } = (await podOf(context, pod)) ?? {};
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map(({ name }) => name);
}

/** `8080:80`: what stands before the colon stays. */
async function portsOf(context: CommandContext, target: string, word: string): Promise<readonly string[]> {
  const [local = ''] = word.split(':');
  const pair = (port: number): string => `${word === '' ? port : local}:${port}`;
  if (/^(service|services|svc)\//.test(target)) {
    const service = await serviceNamed(context, target.slice(target.indexOf('/') + 1));
    return (service?.spec?.ports ?? []).map(({ port }) => pair(port));
  }
  const { spec } = (await podOf(context, target)) ?? {};
  return (spec?.containers ?? []).flatMap(({ ports = [] }) => ports.map(({ containerPort }) => pair(containerPort)));
}

async function serviceNamed(context: CommandContext, name: string): Promise<Service | undefined> {
  try {
    return await context.api().object('GET', `/api/v1/namespaces/${context.namespace().name}/services/${name}`);
  } catch {
    return undefined;
  }
}
