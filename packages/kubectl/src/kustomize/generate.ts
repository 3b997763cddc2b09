import { messageOf } from '../errors.ts';
import { contentHash } from '../generators/content-hash.ts';
import { addEnvFile, configMapEntries, type Entries, fileSource, secretEntries } from '../generators/key-values.ts';
import { isMap, type Node } from './field-path.ts';
import type { GeneratorArgs, GeneratorOptions } from './kustomization.ts';
import type { Loader } from './loader.ts';
import { kindOf, metadataOf, nameOf, namespaceOf, type Resource } from './resource.ts';

/** A ConfigMap or Secret that was made, and what it is made by. */
export interface Generated {
  readonly resource: Resource;
  readonly args: GeneratorArgs;
}

/** Makes ConfigMaps and Secrets. @throws {Error} with kustomize's text */
export const generated = (
  loader: Loader,
  kind: 'ConfigMap' | 'Secret',
  all: readonly GeneratorArgs[],
  shared: GeneratorOptions | undefined,
): readonly Generated[] => all.map((args) => ({ args, resource: generate(loader, kind, args, shared) }));

/** Puts one where its behaviour says. @throws {Error} with kustomize's text */
export function addGenerated({ resource: made, args }: Generated, resources: Resource[]): void {
  const kind = kindOf(made);
  const old = resources.find(
    (each) =>
      kindOf(each) === kind &&
      (nameOf(each) === args.name || each.earlier.some(({ name }) => name === args.name)) &&
      (namespaceOf(each) || 'default') === (args.namespace || 'default'),
  );
  const id = `resid.ResId{Gvk:resid.Gvk{Group:"", Version:"v1", Kind:${JSON.stringify(kind)}, isClusterScoped:false}, Name:${JSON.stringify(args.name ?? '')}, Namespace:${JSON.stringify(args.namespace ?? '')}}`;
  if (args.behavior === 'replace' || args.behavior === 'merge') {
    if (old === undefined) {
      throw new Error(`merging from generator &{0xc000000000 <nil>}: id ${id} does not exist; cannot merge or replace`);
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
    throw new Error(`merging from generator &{0xc000000000 <nil>}: id ${id} exists; behavior must be merge or replace`);
  } else resources.push(made);
}

function generate(
  loader: Loader,
  kind: 'ConfigMap' | 'Secret',
  args: GeneratorArgs,
  shared: GeneratorOptions | undefined,
): Resource {
  const name = args.name ?? '';
  if (name === '') throw new Error('a configmap must have a name');
  const map = configMapEntries(name);
  const secret = secretEntries();
  const known = new Set<string>();
  const entries: Entries = {
    add(key, value) {
      if (known.has(key)) throw new RepeatedKey(`configmap ${name} illegally repeats the key \`${key}\``);
      known.add(key);
      (kind === 'ConfigMap' ? map : secret).add(key, value);
    },
  };
  const { literals = [], files = [], envs = [], env } = args;
  each('env source files:', [...envs, ...(env ? [env] : [])], (file) =>
    addEnvFile({ readFile: (path) => loader.load(path) }, {}, file, entries),
  );
  each('literal sources', literals, (literal) => {
    const equals = literal.indexOf('=');
    if (equals <= 0) throw new Error(`invalid literal source ${literal}, expected key=value`);
    entries.add(literal.slice(0, equals), unquoted(literal.slice(equals + 1)));
  });
  each('file sources:', files, (file) => {
    if (file.split('=').length > 2)
      throw new Error(`source ${JSON.stringify(file)} key name or file path contains '='`);
    const [key, path] = fileSource(file);
    entries.add(key, loader.load(path));
  });
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

/** Told of without the sources, and as of a ConfigMap even in a Secret. */
class RepeatedKey extends Error {}

/** @throws {Error} that names all sources of the kind */
function each(what: string, sources: readonly string[], take: (source: string) => void): void {
  try {
    for (const source of sources) take(source);
  } catch (error) {
    if (error instanceof RepeatedKey) throw error;
    throw new Error(`loading KV pairs: ${what} [${sources.join(' ')}]: ${messageOf(error)}`);
  }
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
