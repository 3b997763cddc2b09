import { decodeJson, decodeYaml, encodeYaml, jsonTypeName } from '@tabernetes/apimachinery';
import { messageOf } from '../errors.ts';
import { readDocuments } from '../resources/documents.ts';
import { isMap, type Node } from './field-path.ts';
import type { Kustomization, PatchEntry } from './kustomization.ts';
import type { Loader } from './loader.ts';

/** A patch as it was read: partial objects, or operations. */
export interface Patch {
  readonly entry: PatchEntry;
  /** How mistakes name it: `[patch: "…"]`, `[path: "…"]`. */
  readonly source: string;
  readonly objects?: readonly Node[];
  readonly operations?: readonly unknown[];
}

/** All patches of a kustomization, read before the first is applied. */
export interface Patches {
  /** `patchesStrategicMerge` */
  readonly merges: readonly Patch[];
  /** `patches` */
  readonly patches: readonly Patch[];
  /** `patchesJson6902` */
  readonly operations: readonly Patch[];
}

/** @throws {Error} with kustomize's text @see sigs.k8s.io/kustomize/api/internal/builtins */
export function readPatches(
  loader: Loader,
  { patchesStrategicMerge, patches = [], patchesJson6902 = [] }: Kustomization,
): Patches {
  return {
    merges: patchesStrategicMerge ? readMerges(loader, patchesStrategicMerge) : [],
    patches: patches.map((entry) => readPatch(loader, entry)),
    operations: patchesJson6902.map((entry) => readOperations(loader, entry)),
  };
}

/** Runs a step; what goes wrong is told of with the settings of the transformer that was to be made. */
function configured<T>(transformer: string, settings: Node, step: (config: string) => T): T {
  const config = encodeYaml(settings);
  try {
    return step(config);
  } catch (error) {
    throw new Error(`trouble configuring builtin ${transformer} with config: \`\n${config}\`: ${messageOf(error)}`);
  }
}

/** Texts are patches; what cannot be read as one is the path of one. */
function readMerges(loader: Loader, entries: readonly string[]): readonly Patch[] {
  return configured('PatchStrategicMergeTransformer', { paths: entries }, () => {
    const objects = entries.flatMap((entry) => {
      const inline = attempt(() => partialObjects(entry));
      return 'value' in inline ? inline.value : partialObjects(loader.text(entry));
    });
    if (objects.length === 0) throw new Error(`patch appears to be empty; files=[${entries.join(' ')}], Patch=`);
    return [{ entry: {}, source: '', objects }];
  });
}

function readPatch(loader: Loader, entry: PatchEntry): Patch {
  const { path = '', patch = '', target, options } = entry;
  const settings = {
    ...(options && { options }),
    ...(patch && { patch }),
    ...(path && { path }),
    ...(target && { target }),
  };
  return configured('PatchTransformer', settings, (config) => {
    const inline = patch.trim();
    if (inline === '' && path === '') throw new Error(`must specify one of patch and path in\n${config}`);
    if (inline !== '' && path !== '') throw new Error(`patch and path can't be set at the same time\n${config}`);
    let text = inline;
    if (path !== '') {
      try {
        text = loader.text(path);
      } catch (error) {
        throw new Error(`failed to get the patch file from path(${path}): ${messageOf(error)}`);
      }
    }
    const source = path === '' ? `[patch: ${JSON.stringify(text)}]` : `[path: ${JSON.stringify(path)}]`;
    const objects = attempt(() => partialObjects(text));
    const operations = attempt(() => operationsOf(text));
    if ('value' in objects && 'value' in operations) {
      throw new Error(`illegally qualifies as both an SM and JSON patch: ${source}`);
    }
    if ('value' in objects) return { entry, source, objects: objects.value };
    if ('value' in operations) return { entry, source, operations: operations.value };
    throw new Error(`unable to parse SM or JSON patch from ${source}`);
  });
}

function readOperations(loader: Loader, entry: PatchEntry): Patch {
  const { path = '', patch = '', target } = entry;
  const settings = { ...(patch && { jsonOp: patch }), ...(path && { path }), ...(target && { target }) };
  return configured('PatchJson6902Transformer', settings, () => {
    if (!target?.name) throw new Error('must specify the target name');
    if (path === '' && patch === '') throw new Error('empty file path and empty jsonOp');
    if (path !== '' && patch !== '') throw new Error('must specify a file path or jsonOp, not both');
    const text = path === '' ? patch : loader.text(path);
    if (text === '') throw new Error(`patch file '${path}' empty seems to be empty`);
    let operations: readonly unknown[];
    try {
      operations = operationsOf(text);
    } catch (error) {
      throw new Error(`decoding ${text}: ${messageOf(error)}`);
    }
    if (operations.length === 0) throw new Error(`patch appears to be empty; file=${path}, JsonOp=${text}`);
    return { entry, source: '', operations };
  });
}

function attempt<T>(step: () => T): { readonly value: T } | Record<string, never> {
  try {
    return { value: step() };
  } catch {
    // Whatever it is, it is not this: what it is instead is found out by others, and told when it is nothing at all.
    return {};
  }
}

/** The documents of a text, which must have kinds and names. @throws {Error} */
function partialObjects(text: string): readonly Node[] {
  return documentsOf(text).map((value) => {
    if (!isMap(value)) throw new Error('missing Resource metadata');
    const { kind, metadata } = value;
    if (typeof kind !== 'string' || kind === '') throw new Error('missing kind');
    if (!isMap(metadata) || typeof metadata['name'] !== 'string') throw new Error('missing metadata.name');
    return value;
  });
}

/** Flow form is YAML here, also where it looks like JSON. @throws {Error} */
const documentsOf = (text: string): readonly unknown[] =>
  text.trimStart().startsWith('{') ? [decodeYaml(text).value] : [...readDocuments(text, '')].map(({ value }) => value);

/** What begins with a bracket is read as JSON alone, all else as YAML. @throws {Error} */
function operationsOf(text: string): readonly unknown[] {
  const value: unknown = (text.startsWith('[') ? decodeJson(text) : decodeYaml(text)).value;
  if (!Array.isArray(value)) {
    throw new Error(`json: cannot unmarshal ${jsonTypeName(value)} into Go value of type jsonpatch.Patch`);
  }
  const odd = value.find((each) => !isMap(each));
  if (odd !== undefined) {
    throw new Error(`json: cannot unmarshal ${jsonTypeName(odd)} into Go value of type jsonpatch.Operation`);
  }
  return value;
}
