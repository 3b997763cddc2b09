import {
  applyJsonPatch,
  applyMergePatch,
  applyStrategicMergePatch,
  decodeJson,
  decodeObject,
  goQuote,
  jsonTypeName,
  type KubeObject,
} from '@tabernetes/apimachinery';
import type { CommandContext } from '../command.ts';
import { messageOf } from '../errors.ts';
import { goJson } from '../go-json.ts';
import { typedJson } from './print.ts';
import { schemaOfObject, typed } from './schema-of.ts';

const TYPE_META =
  'Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/** Applies `--overrides` by `--override-type` to an object that is about to be created. @throws {Error} */
export function overridden({ flags }: CommandContext, object: KubeObject): KubeObject {
  const text = flags.string('overrides');
  if (text === '') return object;
  const type = flags.string('override-type') || 'merge';
  const whole = typed(object);
  switch (type) {
    case 'json':
      return known(applyJsonPatch(whole, parsed(text)));
    case 'strategic': {
      const schema = schemaOfObject(object);
      if (schema === undefined) return object;
      const problem = 'invalid JSON document';
      const patch = parsed(text, problem) ?? {};
      if (typeof patch !== 'object' || Array.isArray(patch)) throw new Error(problem);
      return known(applyStrategicMergePatch(schema, whole, patch), goJson);
    }
    case 'merge':
      return known(applyMergePatch(whole, parsed(text, 'Invalid JSON Patch')));
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

/** What came out is read as a type again; `print` shows it. @throws {Error} when kubectl has none for it */
function known(value: unknown, print = (whole: unknown): string => typedJson(whole, '')): KubeObject {
  const odd = (what: unknown, where: string): Error =>
    new Error(
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${jsonTypeName(what)} into ${where}`,
    );
  if (typeof value !== 'object' || Array.isArray(value)) throw odd(value, TYPE_META);
  const object = { ...value } as KubeObject;
  const apiVersion: unknown = object.apiVersion ?? '';
  const kind: unknown = object.kind ?? '';
  if (typeof apiVersion !== 'string') throw odd(apiVersion, 'Go struct field .apiVersion of type string');
  if (typeof kind !== 'string') throw odd(kind, 'Go struct field .kind of type string');
  if (kind === '') throw new Error(`Object 'Kind' is missing in '${print(value)}'`);
  if (apiVersion === '') throw new Error(`Object 'apiVersion' is missing in '${print(value)}'`);
  const schema = schemaOfObject(object);
  if (schema !== undefined) return decodeObject(schema, object).draft as KubeObject;
  throw new Error(
    `no kind ${goQuote(kind)} is registered for version ${goQuote(apiVersion)} in scheme "pkg/runtime/scheme.go:100"`,
  );
}
