import {
  createStrategicPatch,
  createThreeWayMergePatch,
  createThreeWayStrategicPatch,
  encodeYaml,
  type KubeObject,
} from '@tabernetes/apimachinery';
import type { ApiResource } from '../discovery/discovery.ts';
import { lastApplied } from '../writing/last-applied.ts';
import type { PatchType } from '../writing/requests.ts';
import { builtinSchema } from '../writing/schema-of.ts';

type JsonMap = Record<string, unknown>;

/**
 * The patch that `kubectl apply` sends: from what was applied last, what is to be applied, and what is there. Kinds that
 * kubectl does not know get a merge patch.
 *
 * @throws {Error} when others changed the same fields and they may not be overwritten
 */
export function threeWayPatch(
  resource: ApiResource,
  modified: KubeObject,
  current: KubeObject,
  { overwrite }: { readonly overwrite: boolean },
): { readonly type: PatchType; readonly patch: JsonMap } {
  const text = lastApplied(current);
  const original = (text === undefined ? {} : JSON.parse(text)) as JsonMap;
  const schema = builtinSchema(resource.group, resource.version, resource.kind);
  const [wanted, live] = [modified as unknown as JsonMap, current as unknown as JsonMap];
  if (schema === undefined)
    return { type: 'merge', patch: createThreeWayMergePatch(original, wanted, live) as JsonMap };
  const patch = createThreeWayStrategicPatch(schema, original, wanted, live) as JsonMap;
  if (!overwrite) {
    const changed = createStrategicPatch(schema, original, live) as JsonMap;
    if (contradict(patch, changed)) {
      throw new Error(
        `patch:\n${encodeYaml(patch)}\nconflicts with changes made from original to current:\n${encodeYaml(changed)}\n`,
      );
    }
  }
  return { type: 'strategic', patch };
}

/** True when both say something of the same place, and not the same. */
function contradict(left: unknown, right: unknown): boolean {
  if (isMap(left) && isMap(right)) {
    return Object.keys(left).some((key) => Object.hasOwn(right, key) && contradict(left[key], right[key]));
  }
  return JSON.stringify(left) !== JSON.stringify(right);
}

const isMap = (value: unknown): value is JsonMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
