import {
  createThreeWayMergePatch,
  createThreeWayStrategicPatch,
  encodeYaml,
  type KubeObject,
  type StructSchema,
  strategicChanges,
  strategicPatchesConflict,
} from '@tabernetes/apimachinery';
import type { ApiResource } from '../discovery/discovery.ts';
import { messageOf } from '../errors.ts';
import { goJson } from '../go-json.ts';
import type { Printer } from '../io.ts';
import { lastApplied } from '../writing/last-applied.ts';
import type { PatchType } from '../writing/requests.ts';
import { builtinSchema } from '../writing/schema-of.ts';

type JsonMap = Record<string, unknown>;

/**
 * The patch that `kubectl apply` sends: from what was applied last, what is to be applied, and what is there. Kinds that
 * kubectl does not know get a merge patch.
 *
 * @throws {Error} when there is none: what was applied last is no JSON, lists cannot be merged, or others changed the same
 * fields and they may not be overwritten
 */
export function threeWayPatch(
  resource: ApiResource,
  modified: KubeObject,
  current: KubeObject,
  options: { readonly overwrite: boolean; readonly err: Printer },
): { readonly type: PatchType; readonly patch: JsonMap } {
  const schema = builtinSchema(resource.group, resource.version, resource.kind);
  const type = schema === undefined ? 'merge' : 'strategic';
  const text = lastApplied(current) ?? '';
  try {
    const original = originalOf(text, type);
    const patch =
      schema === undefined
        ? (createThreeWayMergePatch(original, modified, current) as JsonMap)
        : strategicPatch(schema, original, modified, current, options.overwrite);
    return { type, patch };
  } catch (error) {
    const problem = messageOf(error);
    if (schema !== undefined) {
      // kubectl tries with both documents of the server before it takes its own types.
      for (const which of ['openapi v3', 'openapi']) {
        options.err.write(`warning: error calculating patch from ${which} spec: ${problem}\n`);
      }
    }
    throw new Error(
      `creating patch with:\noriginal:\n${text}\nmodified:\n${goJson(modified)}\n\ncurrent:\n${goJson(current)}\n\nfor:: ${problem}`,
    );
  }
}

/** What was applied last; nothing, and null, stand for an empty object. @throws {Error} in the words of Go's libraries */
function originalOf(text: string, type: PatchType): JsonMap {
  if (text === '') return {};
  const trimmed = text.trim();
  if (type === 'merge' && trimmed.startsWith('[') && trimmed.endsWith(']'))
    throw new Error('Mismatched JSON Documents');
  let value: unknown;
  try {
    value = JSON.parse(text) ?? {};
  } catch {
    value = undefined;
  }
  if (isMap(value)) return value;
  throw new Error(type === 'merge' ? 'Invalid JSON Document' : 'invalid JSON document');
}

function strategicPatch(
  schema: StructSchema,
  original: JsonMap,
  wanted: KubeObject,
  live: KubeObject,
  overwrite: boolean,
): JsonMap {
  const patch = createThreeWayStrategicPatch(schema, original, wanted, live) as JsonMap;
  if (!overwrite) {
    const changed = strategicChanges(schema, original, live) as JsonMap;
    if (strategicPatchesConflict(patch, changed, schema)) {
      throw new Error(
        `patch:\n${encodeYaml(patch)}\nconflicts with changes made from original to current:\n${encodeYaml(changed)}\n`,
      );
    }
  }
  return patch;
}

const isMap = (value: unknown): value is JsonMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
