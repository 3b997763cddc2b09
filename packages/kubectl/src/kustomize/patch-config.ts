import { decodeJson, decodeYaml, encodeYaml, jsonTypeName } from '@tabernetes/apimachinery';
import { messageOf } from '../errors.ts';
import { objectsOf } from './documents.ts';
import type { PatchEntry } from './kustomization.ts';
import type { Loader } from './loader.ts';
import { isMap, type Node } from './node.ts';

/** A patch as it was read: partial objects, or operations. */
export interface Patch {
  readonly entry: PatchEntry;
  /** How mistakes name it: `[patch: "…"]`, `[path: "…"]`; empty of the fields that kustomize had before `patches`. */
  readonly source: string;
  readonly objects?: readonly Node[];
  readonly operations?: readonly unknown[];
}

/** Runs a step; what goes wrong is told of with the settings of the transformer that was to be made. */
export function configured<T>(transformer: string, settings: Node, step: (config: string) => T): T {
  const config = encodeYaml(settings);
  try {
    return step(config);
  } catch (error) {
    throw new Error(`trouble configuring builtin ${transformer} with config: \`\n${config}\`: ${messageOf(error)}`);
  }
}

/** Texts are patches; what cannot be read as one is the path of one. @throws {Error} with kustomize's text */
export function readMerges(loader: Loader, entries: readonly string[], inline = ''): Patch {
  const objects = entries.flatMap((entry) => {
    const own = attempt(() => objectsOf(entry));
    return 'value' in own ? own.value : objectsOf(loader.text(entry));
  });
  if (inline !== '') objects.push(...objectsOf(inline));
  if (objects.length === 0) throw new Error(`patch appears to be empty; files=[${entries.join(' ')}], Patch=${inline}`);
  return { entry: {}, source: '', objects };
}

/** @throws {Error} with kustomize's text @see sigs.k8s.io/kustomize/api/internal/builtins/PatchTransformer.go */
export function readPatch(loader: Loader, entry: PatchEntry, config: string): Patch {
  const { path = '', patch = '' } = entry;
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
  const objects = attempt(() => objectsOf(text));
  const operations = attempt(() => {
    if (text === '') throw new Error('empty json patch operations');
    return operationsOf(text);
  });
  if ('value' in objects && 'value' in operations) {
    throw new Error(`illegally qualifies as both an SM and JSON patch: ${source}`);
  }
  if ('value' in objects) return { entry, source, objects: objects.value };
  if ('value' in operations) return { entry, source, operations: operations.value };
  throw new Error(`unable to parse SM or JSON patch from ${source}`);
}

/** @throws {Error} with kustomize's text @see sigs.k8s.io/kustomize/api/internal/builtins/PatchJson6902Transformer.go */
export function readOperations(loader: Loader, entry: PatchEntry): Patch {
  const { path = '', patch = '', target } = entry;
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
}

function attempt<T>(step: () => T): { readonly value: T } | Record<string, never> {
  try {
    return { value: step() };
  } catch {
    // Whatever it is, it is not this: what it is instead is found out by others, and told when it is nothing at all.
    return {};
  }
}

/** What begins with a bracket is read as JSON alone, all else as YAML; a text without a document has no operations. @throws {Error} */
function operationsOf(text: string): readonly unknown[] {
  const value: unknown = (text.startsWith('[') ? decodeJson(text) : decodeYaml(text)).value;
  if (value === null) return [];
  if (!Array.isArray(value)) {
    throw new Error(`json: cannot unmarshal ${jsonTypeName(value)} into Go value of type jsonpatch.Patch`);
  }
  const odd = value.find((each) => !isMap(each));
  if (odd !== undefined) {
    throw new Error(`json: cannot unmarshal ${jsonTypeName(odd)} into Go value of type jsonpatch.Operation`);
  }
  return value;
}
