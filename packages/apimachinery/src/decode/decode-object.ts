import type { Draft, KubeObject } from '../object.ts';
import type { StructSchema } from '../schema.ts';
import type { DecodeSource } from './number-texts.ts';
import { Walk } from './walk.ts';

export interface DecodedObject<T> {
  /** Fresh, mutable and typed; parts that have no type (`runtime.RawExtension`) are the raw value itself. See {@link DecodeSource.known}. */
  readonly draft: Draft<T>;
  /** Paths of fields that no type has, in the order of the text, each once: `spec.containers[0].foo`. */
  readonly unknownFields: readonly string[];
  /** What strict validation reports, in the order of the text: `unknown field "spec.foo"`, `duplicate field "kind"`. At most 100. */
  readonly strictErrors: readonly string[];
}

/**
 * Checks a raw value against a Go type and builds a draft of it, as Kubernetes' JSON decoder does: field names match
 * exactly, null means absent, quantities and times become canonical. What is required and absent gets Go's zero value
 * (`''`, 0, false, an empty struct), so that drafts keep the promises of the generated types; lists stay absent.
 *
 * @throws {DecodeProblem} with Go's text, for the first problem in the order of the text
 * @see https://github.com/kubernetes-sigs/json
 */
export function decodeObject<T = KubeObject>(
  schema: StructSchema,
  raw: unknown,
  source: DecodeSource = {},
): DecodedObject<T> {
  const walk = new Walk(source);
  const draft = walk.root(schema, raw) as Draft<T>;
  return { draft, unknownFields: walk.strict.unknownFields, strictErrors: walk.strict.messages };
}
