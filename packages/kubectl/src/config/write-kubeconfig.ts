import { encodeYaml } from '@tabernetes/apimachinery';
import type { FileSystem } from '@tabernetes/node-api';
import type { ConfigAccess } from './client-config.ts';
import {
  type ClusterEntry,
  type ContextEntry,
  EMPTY_KUBECONFIG,
  type Kubeconfig,
  readKubeconfig,
  type UserEntry,
} from './kubeconfig.ts';

type Entry = ClusterEntry | UserEntry | ContextEntry;

/** Fields that name files: written relative to the kubeconfig. */
const PATHS = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'];

/** The file that new entries go to: the named one, else the first that exists, else the last. */
export function defaultFile({ paths }: ConfigAccess, fs: FileSystem): string {
  return paths.find((path) => fs.exists(path)) ?? paths.at(-1) ?? '';
}

/** Writes a kubeconfig as client-go does: sections and fields sorted, empty ones left out. */
function kubeconfigText(config: Kubeconfig): string {
  return encodeYaml(kubeconfigObject(config));
}

/** The file format: lists of names and entries. */
export function kubeconfigObject(config: Kubeconfig): Record<string, unknown> {
  return {
    apiVersion: 'v1',
    clusters: list(config.clusters, 'cluster'),
    contexts: list(config.contexts, 'context'),
    'current-context': config.currentContext,
    kind: 'Config',
    preferences: config.preferences,
    users: list(config.users, 'user'),
  };
}

/** Fields that stand there even when they are empty. */
const ALWAYS: Readonly<Record<string, readonly string[]>> = {
  cluster: ['server'],
  context: ['cluster', 'user'],
  user: [],
};

function list(entries: ReadonlyMap<string, Entry>, key: string): readonly unknown[] | null {
  if (entries.size === 0) return null;
  return [...entries.keys()].sort().map((name) => ({ [key]: fieldsOf(entries.get(name), key), name }));
}

function fieldsOf(entry: Entry | undefined, key: string): Record<string, unknown> {
  const { origin: _, ...fields } = (entry ?? {}) as Record<string, unknown>;
  const always = ALWAYS[key] ?? [];
  return {
    ...Object.fromEntries(always.map((name) => [name, ''])),
    ...Object.fromEntries(Object.entries(fields).filter(([name, value]) => always.includes(name) || !isEmpty(value))),
  };
}

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === false ||
  value === '' ||
  (typeof value === 'object' && Object.keys(value).length === 0);

/**
 * Writes what is different in `after`, each change into the file that the entry came from.
 *
 * @throws {Error} when there is no file to write to
 */
export function saveKubeconfig(
  access: ConfigAccess,
  { fs, cwd }: { readonly fs: FileSystem; readonly cwd: string },
  after: Kubeconfig,
  relativize = true,
): void {
  const before = access.load();
  const target = defaultFile(access, fs);
  const read = (path: string): Kubeconfig =>
    fs.exists(path) ? readKubeconfig(fs.readText(path), path) : EMPTY_KUBECONFIG;
  const write = (path: string, config: Kubeconfig): void => {
    const slash = path.lastIndexOf('/');
    if (slash > 0 && !fs.exists(path.slice(0, slash))) fs.mkdir(path.slice(0, slash), { recursive: true });
    fs.writeFile(path, kubeconfigText(config), { mode: 0o600 });
  };
  if (before.currentContext !== after.currentContext) {
    // A context that is taken away is taken away where it stands.
    const holder =
      after.currentContext === ''
        ? access.paths.find((path) => fs.exists(path) && read(path).currentContext !== '')
        : target;
    if (holder === undefined) throw new Error('no config found to write context');
    write(holder, { ...read(holder), currentContext: after.currentContext });
  }
  if (JSON.stringify(before.preferences) !== JSON.stringify(after.preferences)) {
    write(target, { ...read(target), preferences: after.preferences });
  }
  for (const section of ['clusters', 'contexts', 'users'] as const) {
    const [old, now] = [before[section] as ReadonlyMap<string, Entry>, after[section] as ReadonlyMap<string, Entry>];
    for (const [name, entry] of now) {
      if (JSON.stringify(old.get(name)) === JSON.stringify(entry)) continue;
      const path = entry.origin || target;
      const file = read(path);
      const written = relativize ? relative(entry, path, cwd) : entry;
      write(path, {
        ...file,
        [section]: new Map<string, Entry>([...file[section], [name, { ...written, origin: path }]]),
      });
    }
    for (const [name, entry] of old) {
      if (now.has(name)) continue;
      const path = entry.origin || target;
      const file = read(path);
      const rest = new Map<string, Entry>(file[section]);
      rest.delete(name);
      write(path, { ...file, [section]: rest });
    }
  }
}

/** Paths below the directory of the file are written from there. */
function relative(entry: Entry, file: string, cwd: string): Entry {
  const whole = file.startsWith('/') ? file : `${cwd.replace(/\/$/, '')}/${file}`;
  const directory = whole.slice(0, whole.lastIndexOf('/') + 1);
  const fields: Record<string, unknown> = { ...entry };
  for (const name of PATHS) {
    const value = fields[name];
    if (typeof value === 'string' && value.startsWith(directory)) fields[name] = value.slice(directory.length);
  }
  return fields as unknown as Entry;
}
