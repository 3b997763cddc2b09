import type { FileSystem } from '@tabernetes/node-api';
import { contentHash } from '../generators/content-hash.ts';
import { addEnvFile, configMapEntries, fileSource, secretEntries } from '../generators/key-values.ts';
import { isMap, type Node } from './field-path.ts';
import type { GeneratorArgs, GeneratorOptions } from './kustomization.ts';
import { kindOf, metadataOf, nameOf, namespaceOf, type Resource } from './resource.ts';

/** Makes ConfigMaps and Secrets and puts them where their behaviour says. @throws {Error} with kustomize's text */
export function addGenerated(
  fs: FileSystem,
  directory: string,
  kind: 'ConfigMap' | 'Secret',
  all: readonly GeneratorArgs[],
  shared: GeneratorOptions | undefined,
  resources: Resource[],
): void {
  for (const args of all) {
    const made = generate(fs, directory, kind, args, shared);
    const at = resources.findIndex(
      (each) =>
        kindOf(each) === kind &&
        (nameOf(each) === args.name || each.earlier.some(({ name }) => name === args.name)) &&
        (namespaceOf(each) || 'default') === (args.namespace || 'default'),
    );
    const old = resources[at];
    if (args.behavior === 'replace' || args.behavior === 'merge') {
      if (old === undefined) {
        throw new Error(
          `merging from generator: id resid.ResId{Kind:${JSON.stringify(kind)}, Name:${JSON.stringify(args.name)}} does not exist; cannot merge or replace`,
        );
      }
      const name = nameOf(old);
      const metadata = { ...metadataOf(old), ...metadataOf(made), name };
      for (const part of ['labels', 'annotations'] as const) {
        const pairs = {
          ...(metadataOf(old)[part] as Node | undefined),
          ...(metadataOf(made)[part] as Node | undefined),
        };
        if (Object.keys(pairs).length > 0) Object.assign(metadata, { [part]: pairs });
      }
      const data = (from: Node, key: string): Node => (isMap(from[key]) ? from[key] : {});
      const next: Node = { ...made.object, metadata };
      if (args.behavior === 'merge') {
        for (const key of ['data', 'binaryData']) {
          const both = { ...data(old.object, key), ...data(made.object, key) };
          if (Object.keys(both).length > 0) next[key] = both;
        }
      }
      old.object = next;
      old.needsHash ||= made.needsHash;
    } else if (old !== undefined) {
      throw new Error(
        `merging from generator: id ${JSON.stringify(args.name)} exists; behavior must be merge or replace`,
      );
    } else resources.push(made);
  }
}

function generate(
  fs: FileSystem,
  directory: string,
  kind: 'ConfigMap' | 'Secret',
  args: GeneratorArgs,
  shared: GeneratorOptions | undefined,
): Resource {
  const name = args.name ?? '';
  if (name === '')
    throw new Error(
      kind === 'ConfigMap' ? 'configmap generator name is required' : 'secret generator name is required',
    );
  const map = configMapEntries(name);
  const secret = secretEntries();
  const entries = kind === 'ConfigMap' ? map : secret;
  const within = (path: string): string => (path.startsWith('/') ? path : `${directory}/${path}`);
  for (const file of [...(args.envs ?? []), ...(args.env ? [args.env] : [])]) {
    required(fs, within(file));
    addEnvFile(fs, {}, within(file), entries);
  }
  for (const file of args.files ?? []) {
    const [key, path] = fileSource(file);
    required(fs, within(path));
    entries.add(key, fs.readFile(within(path)));
  }
  for (const literal of args.literals ?? []) {
    const equals = literal.indexOf('=');
    if (equals <= 0) throw new Error(`invalid literal source ${literal}, expected key=value`);
    entries.add(literal.slice(0, equals), unquoted(literal.slice(equals + 1)));
  }
  const options = { ...shared, ...args.options };
  const labels = { ...shared?.labels, ...args.options?.labels };
  const annotations = { ...shared?.annotations, ...args.options?.annotations };
  const object: Node = {
    apiVersion: 'v1',
    kind,
    metadata: {
      name,
      ...(args.namespace && { namespace: args.namespace }),
      ...(Object.keys(labels).length > 0 && { labels }),
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
    ...(kind === 'Secret' && { type: args.type || 'Opaque' }),
    ...(options.immutable && { immutable: true }),
  };
  const data = kind === 'ConfigMap' ? map.data : secret.data;
  if (Object.keys(data).length > 0) object['data'] = data;
  if (kind === 'ConfigMap' && Object.keys(map.binaryData).length > 0) object['binaryData'] = map.binaryData;
  return { object, earlier: [], needsHash: !options.disableNameSuffixHash, isGenerated: true };
}

function required(fs: FileSystem, path: string): void {
  if (!fs.exists(path))
    throw new Error(`loading KV pairs: file sources: [${path}]: open ${path}: no such file or directory`);
}

const unquoted = (text: string): string => {
  const [first] = text;
  return text.length >= 2 && (first === '"' || first === "'") && text.endsWith(first) ? text.slice(1, -1) : text;
};

/** The suffix of a generated object: its name does not count. */
export function hashOf({ object }: Resource): string {
  const { kind, type = '', data = '', binaryData, stringData } = object;
  return kind === 'Secret'
    ? contentHash({ kind, type, name: '', data, ...(isMap(stringData) && { stringData }) })
    : contentHash({ kind, name: '', data, ...(isMap(binaryData) && { binaryData }) });
}
