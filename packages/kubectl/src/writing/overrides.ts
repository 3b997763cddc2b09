import {
  applyJsonPatch,
  applyMergePatch,
  applyStrategicMergePatch,
  decodeYaml,
  type KubeObject,
} from '@tabernetes/apimachinery';
import type { CommandContext } from '../command.ts';
import { messageOf } from '../errors.ts';
import { schemaOfObject } from './schema-of.ts';

/** Applies `--overrides` by `--override-type` to an object that is about to be created. @throws {Error} */
export function overridden({ flags }: CommandContext, object: KubeObject): KubeObject {
  const text = flags.string('overrides');
  if (text === '') return object;
  const type = flags.string('override-type') || 'merge';
  type Json = Record<string, unknown>;
  let patch: unknown;
  try {
    patch = decodeYaml(text).value;
  } catch (error) {
    throw new Error(messageOf(error));
  }
  switch (type) {
    case 'json':
      return applyJsonPatch(object, patch) as KubeObject;
    case 'strategic': {
      const schema = schemaOfObject(object);
      if (schema === undefined) return object;
      return applyStrategicMergePatch(schema, object as unknown as Json, patch as Json) as unknown as KubeObject;
    }
    case 'merge':
      return applyMergePatch(object, patch) as KubeObject;
    default:
      throw new Error(`invalid override type: ${type}`);
  }
}
