import { encodeBase64 } from '@tabernetes/apimachinery';
import { messageOf } from '../errors.ts';
import { baseName } from '../files/go-path.ts';
import { contentHash } from '../generators/content-hash.ts';
import type { GeneratorArgs, GeneratorOptions } from './kustomization.ts';
import type { Loader } from './loader.ts';
import { isMap, type Node } from './node.ts';
import {
  idOf,
  idsOf,
  isSameId,
  kindOf,
  metadataOf,
  nameOf,
  namespaceOf,
  type Resource,
  remember,
  resourceOf,
} from './resource.ts';

export type GeneratedKind = 'ConfigMap' | 'Secret';

/** Makes a ConfigMap or a Secret. @throws {Error} with kustomize's text */
export function generated(
  loader: Loader,
  kind: GeneratedKind,
  args: GeneratorArgs,
  shared: GeneratorOptions | undefined,
): Resource {
  const { name = '', namespace, behavior = '' } = args;
  if (name === '') throw new Error('a configmap must have a name');
  const pairs = new Map<string, Uint8Array>();
  for (const [key, value] of readPairs(loader, args)) {
    if (pairs.has(key)) throw new Error(`configmap ${name} illegally repeats the key \`${key}\``);
    pairs.set(key, value);
  }
  const options = args.options ?? {};
  const labels = { ...shared?.labels, ...options.labels };
  const annotations = { ...shared?.annotations, ...options.annotations };
  const object: Node = {
    apiVersion: 'v1',
    kind,
    metadata: {
      name,
      ...(namespace && { namespace }),
      ...(Object.keys(labels).length > 0 && { labels }),
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
    ...(kind === 'Secret' && { type: args.type || 'Opaque' }),
    ...((shared?.immutable || options.immutable) && { immutable: true }),
  };
  Object.assign(object, kind === 'Secret' ? secretData(pairs) : configMapData(pairs));
  return {
    ...resourceOf(object),
    needsHash: !(shared?.disableNameSuffixHash || options.disableNameSuffixHash),
    behavior: ['replace', 'merge', 'create'].includes(behavior) ? behavior : 'unspecified',
  };
}

const secretData = (pairs: ReadonlyMap<string, Uint8Array>): Node => ({
  data: Object.fromEntries([...pairs].map(([key, value]) => [key, encodeBase64(value)])),
});

/** Texts in `data`, bytes that are no UTF-8 in `binaryData`. */
function configMapData(pairs: ReadonlyMap<string, Uint8Array>): Node {
  const data: Record<string, string> = {};
  const binaryData: Record<string, string> = {};
  for (const [key, value] of pairs) {
    const text = utf8(value);
    if (text === undefined) binaryData[key] = encodeBase64(value);
    else data[key] = text;
  }
  return {
    ...(Object.keys(data).length > 0 && { data }),
    ...(Object.keys(binaryData).length > 0 && { binaryData }),
  };
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

type Pair = readonly [key: string, value: Uint8Array];

/** Keys may be anything here: it is the server that minds. @see sigs.k8s.io/kustomize/api/kv/kv.go */
function readPairs(loader: Loader, { literals = [], files = [], envs = [], env = '' }: GeneratorArgs): readonly Pair[] {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  return [
    ...sources('env source files:', env === '' ? envs : [...envs, env], (file) => readLines(loader.load(file))),
    ...sources('literal sources', literals, (literal) => {
      const equals = literal.indexOf('=');
      if (equals <= 0) throw new Error(`invalid literal source ${literal}, expected key=value`);
      return [[literal.slice(0, equals), bytes(unquoted(literal.slice(equals + 1)))]];
    }),
    ...sources('file sources:', files, (file) => {
      if (file.split('=').length > 2) {
        throw new Error(`source ${JSON.stringify(file)} key name or file path contains '='`);
      }
      const [key, path] = fileSource(file);
      if (key === '') throw new Error(`missing key name for file path "${path}" in source "${file}"`);
      if (path === '') throw new Error(`missing file path for key name "${key}" in source "${file}"`);
      return [[key, loader.load(path)]];
    }),
  ];
}

/** `path`, or `key=path`. */
function fileSource(source: string): readonly [key: string, path: string] {
  const equals = source.indexOf('=');
  return equals < 0 ? [baseName(source), source] : [source.slice(0, equals), source.slice(equals + 1)];
}

/** @throws {Error} that names all sources of the kind */
function sources(what: string, all: readonly string[], read: (source: string) => readonly Pair[]): readonly Pair[] {
  try {
    return all.flatMap(read);
  } catch (error) {
    throw new Error(`loading KV pairs: ${what} [${all.join(' ')}]: ${messageOf(error)}`);
  }
}

function readLines(content: Uint8Array): readonly Pair[] {
  const text = utf8(content);
  if (text === undefined) throw new Error('the file has lines that are not UTF-8');
  return text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .flatMap((raw): readonly Pair[] => {
      const line = raw.replace(/\r$/, '').trimStart();
      if (line === '' || line.startsWith('#')) return [];
      const equals = line.indexOf('=');
      const value = equals < 0 ? '' : line.slice(equals + 1);
      const key = equals < 0 ? line : line.slice(0, equals);
      return key === '' ? [] : [[key, new TextEncoder().encode(value)]];
    });
}

const unquoted = (text: string): string => {
  const [first] = text;
  return text.length >= 2 && (first === '"' || first === "'") && text.endsWith(first) ? text.slice(1, -1) : text;
};

/** Puts a generated object where its behaviour says. @throws {Error} with kustomize's text */
export function absorb(resources: readonly Resource[], made: Resource, generator: string): readonly Resource[] {
  const own = idOf(made);
  const found = resources.filter((each) => idsOf(each).some((id) => isSameId(id, own)));
  const isMerging = made.behavior === 'merge' || made.behavior === 'replace';
  const id = `resid.ResId{Gvk:resid.Gvk{Group:${JSON.stringify(own.group)}, Version:${JSON.stringify(own.version)}, Kind:${JSON.stringify(own.kind)}, isClusterScoped:false}, Name:${JSON.stringify(own.name)}, Namespace:${JSON.stringify(own.namespace)}}`;
  const failed = (why: string): Error => new Error(`merging from generator ${generator}: ${why}`);
  const [old] = found;
  if (old === undefined) {
    if (isMerging) throw failed(`id ${id} does not exist; cannot merge or replace`);
    return [...resources, made];
  }
  if (found.length > 1)
    throw failed(`found multiple objects [${found.map(kindOf).join(' ')}] that could accept merge of ${id}`);
  if (!isMerging) throw failed(`id ${id} exists; behavior must be merge or replace`);
  return resources.map((each) => (each === old ? merged(old, made) : each));
}

/** The new object, called as the old one; its hash is wanted when both want one. */
function merged(old: Resource, made: Resource): Resource {
  const object: Node = { ...made.object };
  const metadata: Node = { ...metadataOf(made), name: nameOf(old) };
  if (namespaceOf(old) === '') delete metadata['namespace'];
  else metadata['namespace'] = namespaceOf(old);
  for (const part of ['labels', 'annotations']) {
    const pairs = { ...mapAt(metadataOf(old), part), ...mapAt(metadataOf(made), part) };
    if (Object.keys(pairs).length > 0) metadata[part] = pairs;
  }
  object['metadata'] = metadata;
  if (made.behavior === 'merge') {
    for (const part of ['data', 'binaryData']) {
      const pairs = { ...mapAt(old.object, part), ...mapAt(made.object, part) };
      if (Object.keys(pairs).length > 0) object[part] = pairs;
    }
  }
  return { ...old, object, needsHash: old.needsHash && made.needsHash };
}

const mapAt = (node: Node, key: string): Node => (isMap(node[key]) ? node[key] : {});

/** The suffix of a generated object: its name does not count. */
function hashOf({ object }: Resource): string {
  const { kind, type = '', data = '', binaryData, stringData } = object;
  return kind === 'Secret'
    ? contentHash({ kind, type, name: '', data, ...(isMap(stringData) && { stringData }) })
    : contentHash({ kind, name: '', data, ...(isMap(binaryData) && { binaryData }) });
}

/** Puts its hash behind the name of each object that wants one. */
export const addHashes = (resources: readonly Resource[]): readonly Resource[] => {
  for (const resource of resources) {
    if (!resource.needsHash) continue;
    const hash = hashOf(resource);
    remember(resource);
    metadataOf(resource)['name'] = `${nameOf(resource)}-${hash}`;
  }
  return resources;
};
