import type { DecodedBody } from '../decode/decode-body.ts';
import { decodeJson } from '../decode/json.ts';
import type { NumberTexts } from '../decode/number-texts.ts';
import { DecodeProblem, SyntaxProblem } from '../decode/problems.ts';
import { Walk } from '../decode/walk.ts';
import { goQuote } from '../go/quote.ts';
import type { ScalarKind, Schema, StructSchema } from '../schema.ts';
import { failure } from '../status.ts';
import type { RequestBody } from '../transport.ts';
import { jsonPatchOperations, jsonTypeName } from './json-patch.ts';
import { isMap } from './json-tree.ts';
import { PatchProblem } from './patch-problem.ts';

export interface PatchBody {
  /** A list or null for JSON patches, a map or null for strategic ones. */
  readonly value: unknown;
  /** Fields that the patch itself sets twice or should not have. Empty when field validation is `Ignore`. */
  readonly strictErrors: readonly string[];
  /** How the patch writes its numbers. */
  readonly numbers?: NumberTexts;
}

/**
 * Reads a patch and checks its outer form. In process, patches come decoded.
 *
 * @throws {PatchProblem} 400, with the text of the decoder that Kubernetes uses for this type of patch and validation
 * @throws {StatusError} 413: a JSON patch of more than 10,000 operations
 */
export function readPatchBody(
  body: RequestBody,
  type: 'json' | 'merge' | 'strategic',
  fieldValidation: 'Strict' | 'Warn' | 'Ignore',
): PatchBody {
  const strict = fieldValidation !== 'Ignore';
  // Kubernetes decodes JSON and merge patches once more than it needs to when it validates fields.
  const head = strict && type !== 'strategic' ? 'error decoding patch: ' : '';
  const decoded = read(body, (message) => {
    throw new PatchProblem(400, type === 'merge' && !strict ? 'Invalid JSON Patch' : `${head}${message}`);
  });
  const { value, duplicateFields, numbers } = decoded;
  const duplicates = strict ? duplicateFields.map((path) => `duplicate field ${goQuote(path)}`) : [];
  if (type === 'json') return readOperations(decoded, strict, duplicates);
  // Without validation a merge patch may be a list: it then is the whole result, which is refused later.
  if ((type === 'strategic' || strict) && value !== null && !isMap(value)) {
    throw new PatchProblem(400, `${head}json: cannot unmarshal ${jsonTypeName(value)} into Go value of type ${GO_MAP}`);
  }
  return { value, strictErrors: duplicates, ...(numbers && { numbers }) };
}

const GO_MAP = 'map[string]interface {}';

function read(body: RequestBody, refuse: (message: string) => never): DecodedBody {
  if (body.kind === 'object') return { value: body.object, duplicateFields: [], strictErrors: [] };
  try {
    return decodeJson(new TextDecoder('utf-8', { ignoreBOM: true }).decode(body.bytes));
  } catch (error) {
    if (error instanceof SyntaxProblem) return refuse(error.message);
    throw error;
  }
}

function readOperations({ value, numbers }: DecodedBody, strict: boolean, duplicates: readonly string[]): PatchBody {
  const unknown = strict ? strictOperations(value) : [];
  const { length } = jsonPatchOperations(value);
  if (length > MAX_OPERATIONS) {
    const message = `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${length}`;
    throw failure(413, 'RequestEntityTooLarge', `Request entity too large: ${message}`);
  }
  const strictErrors = [...duplicates, ...unknown].map((error) => `json patch ${error}`);
  return { value, strictErrors, ...(numbers && { numbers }) };
}

const MAX_OPERATIONS = 10_000;

/** Members that no operation has. @throws {PatchProblem} 400: what is no list of operations */
function strictOperations(value: unknown): readonly string[] {
  const walk = new Walk({});
  try {
    walk.root(OPERATIONS, value);
  } catch (error) {
    if (error instanceof DecodeProblem) throw new PatchProblem(400, `error decoding patch: ${error.message}`);
    throw error;
  }
  return walk.strict.messages;
}

const field = (name: string, kind: ScalarKind, goType: string) => ({
  name,
  goName: name.charAt(0).toUpperCase() + name.slice(1),
  schema: { kind, goType } as const,
  omitEmpty: false,
  pointer: false,
  required: false,
});

const FIELDS = [
  field('op', 'string', 'string'),
  field('path', 'string', 'string'),
  field('from', 'string', 'string'),
  field('value', 'any', 'interface {}'),
];

const OPERATION: StructSchema = {
  kind: 'struct',
  goType: 'handlers.jsonPatchOp',
  fields: FIELDS,
  byName: new Map(FIELDS.map((f) => [f.name, f])),
};

const OPERATIONS: Schema = {
  kind: 'list',
  items: OPERATION,
  listType: 'atomic',
  goType: '[]handlers.jsonPatchOp',
};
