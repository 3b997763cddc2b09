import {
  applyJsonPatch,
  applyMergePatch,
  applyStrategicMergePatch,
  decodeJson,
  decodeObject,
  goQuote,
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
  switch (type) {
    case 'json':
      return known(applyJsonPatch(object, parsed(text)) as KubeObject);
    case 'strategic': {
      const schema = schemaOfObject(object);
      if (schema === undefined) return object;
      const patch = parsed(text, 'invalid JSON document') as Json;
      return known(applyStrategicMergePatch(schema, object as unknown as Json, patch) as unknown as KubeObject);
    }
    case 'merge':
      return known(applyMergePatch(object, parsed(text, 'Invalid JSON Patch')) as KubeObject);
    default:
      throw new Error(`invalid override type: ${type}`);
  }
}

/** Overrides are JSON. @throws {Error} with `problem`, or what Go says of the text */
function parsed(text: string, problem?: string): unknown {
  try {
    return decodeJson(text).value;
  } catch (error) {
    throw new Error(problem ?? messageOf(error));
  }
}

/** What came out is read as a type again. @throws {Error} when kubectl has none for it */
function known(object: KubeObject): KubeObject {
  if (Array.isArray(object)) {
    throw new Error(
      'couldn\'t get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }',
    );
  }
  const { apiVersion, kind } = object;
  const schema = schemaOfObject(object);
  if (schema !== undefined) return decodeObject(schema, object).draft as KubeObject;
  throw new Error(
    `no kind ${goQuote(kind)} is registered for version ${goQuote(apiVersion)} in scheme "pkg/runtime/scheme.go:100"`,
  );
}
