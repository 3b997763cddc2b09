import { ADDED_NULL, getPlace, insertPosition, JsonPatchDocument, position } from './json-patch-document.ts';
import { isList, isMap, type JsonMap, put } from './json-tree.ts';
import { PatchProblem, wouldPanic } from './patch-problem.ts';

export interface JsonPatchOptions {
  /** How much `copy` operations may add to the document together, in bytes of JSON. Default unlimited. */
  readonly maxCopyBytes?: number;
}

/**
 * Applies a JSON patch (RFC 6902) as the Kubernetes server does. Where that differs from the RFC: `replace` of a
 * member that is not there adds it, `copy` from one that is not there adds null, a value left out is null, list
 * indices may be negative, and `replace` of the whole document by a scalar does nothing.
 *
 * Pure: the result shares what did not change with `document`, and is `document` itself when nothing did. Values of
 * the patch become part of the result.
 *
 * @throws {PatchProblem} 400: `patch` is not a list of objects; 422: an operation does not apply
 * @see https://github.com/evanphx/json-patch/blob/v4.12.0/patch.go
 */
export function applyJsonPatch(document: unknown, patch: unknown, options: JsonPatchOptions = {}): unknown {
  return patchedDocument(document, patch, options).result();
}

/** {@link applyJsonPatch}, with the result also as the text that refusals quote. */
export function patchedDocument(document: unknown, patch: unknown, options: JsonPatchOptions = {}): JsonPatchDocument {
  const operations = jsonPatchOperations(patch);
  const working = new JsonPatchDocument(document, options.maxCopyBytes);
  for (const operation of operations) applyOperation(working, operation);
  return working;
}

/** The operations of a decoded patch; `null` is an empty patch. @throws {PatchProblem} 400 */
export function jsonPatchOperations(patch: unknown): readonly JsonMap[] {
  if (patch === null) return [];
  if (!isList(patch)) throw malformed(patch, 'jsonpatch.Patch');
  return patch.map((operation) => {
    if (operation === null) return {};
    if (!isMap(operation)) throw malformed(operation, 'jsonpatch.Operation');
    return operation;
  });
}

const malformed = (value: unknown, goType: string): PatchProblem =>
  new PatchProblem(400, `json: cannot unmarshal ${jsonTypeName(value)} into Go value of type ${goType}`);

/** Go's word for the type of a JSON value. */
export function jsonTypeName(value: unknown): string {
  if (isList(value)) return 'array';
  return value === null
    ? 'null'
    : typeof value === 'boolean'
      ? 'bool'
      : typeof value === 'bigint'
        ? 'number'
        : typeof value;
}

function applyOperation(document: JsonPatchDocument, operation: JsonMap): void {
  const op = typeof operation['op'] === 'string' ? operation['op'] : 'unknown';
  const apply = OPERATIONS.get(op);
  if (apply === undefined) throw new PatchProblem(422, `Unexpected kind: ${op}`);
  apply(document, operation);
}

const OPERATIONS: ReadonlyMap<string, (document: JsonPatchDocument, operation: JsonMap) => void> = new Map([
  ['add', add],
  ['remove', remove],
  ['replace', replace],
  ['move', move],
  ['copy', copy],
  ['test', test],
]);

function add(document: JsonPatchDocument, operation: JsonMap): void {
  const path = pointer(operation, 'path', 'add operation failed to decode path: missing value');
  insert(document, path, () => givenValue(operation), {
    missing: `add operation does not apply: doc is missing path: "${path}"`,
    failed: `error in add for path: '${path}'`,
  });
}

function remove(document: JsonPatchDocument, operation: JsonMap): void {
  const path = pointer(operation, 'path', 'remove operation failed to decode path: missing value');
  take(
    document,
    path,
    `remove operation does not apply: doc is missing path: "${path}"`,
    `error in remove for path: '${path}'`,
  );
}

function replace(document: JsonPatchDocument, operation: JsonMap): void {
  const path = pointer(
    operation,
    'path',
    'replace operation failed to decode path: operation missing path field: missing value',
  );
  if (path === '') {
    const value = operation['value'];
    if (!Object.hasOwn(operation, 'value')) throw wouldPanic('the whole document is replaced by no value');
    if (isList(value) || isMap(value)) document.replaceRoot(value);
    return;
  }
  const found = document.find(path);
  if (found === undefined) throw missing(`replace operation does not apply: doc is missing path: ${path}`);
  const { container, tokens, key } = found;
  if (isList(container)) {
    try {
      position(container, key);
    } catch {
      throw missing(`replace operation does not apply: doc is missing key: ${path}`);
    }
  }
  setAt(document, tokens, key, givenValue(operation));
}

function move(document: JsonPatchDocument, operation: JsonMap): void {
  const from = pointer(
    operation,
    'from',
    'move operation failed to decode from: operation, missing from field: missing value',
  );
  const missingFrom = `move operation does not apply: doc is missing from path: ${from}`;
  const value = take(document, from, missingFrom, `error in move for path: '${from.slice(from.lastIndexOf('/') + 1)}'`);
  const path = pointer(
    operation,
    'path',
    'move operation failed to decode path: operation missing path field: missing value',
  );
  insert(document, path, () => value, {
    missing: `move operation does not apply: doc is missing destination path: ${path}`,
    failed: `error in move for path: '${path}'`,
  });
}

function copy(document: JsonPatchDocument, operation: JsonMap): void {
  const from = pointer(
    operation,
    'from',
    'copy operation failed to decode from: operation, missing from field: missing value',
  );
  const source = document.find(from);
  if (source === undefined) throw missing(`copy operation does not apply: doc is missing from path: ${from}`);
  const value = within(`error in copy for from: '${from}'`, () => getPlace(source.container, source.key));
  const path = pointer(operation, 'path', 'copy operation failed to decode path: missing value');
  insert(document, path, () => document.copyOf(value), {
    missing: `copy operation does not apply: doc is missing destination path: ${path}`,
    failed: 'error while adding value during copy',
  });
}

function test(document: JsonPatchDocument, operation: JsonMap): void {
  const path = pointer(
    operation,
    'path',
    'test operation failed to decode path: operation missing path field: missing value',
  );
  const given = Object.hasOwn(operation, 'value');
  const value = givenValue(operation);
  const fail = () => new PatchProblem(422, `testing value ${path} failed: test failed`);
  if (path === '') {
    if (!given) throw wouldPanic('the whole document is tested without a value');
    if (!document.rootEquals(value)) throw fail();
    return;
  }
  const found = document.find(path);
  if (found === undefined) throw missing(`test operation does not apply: is missing path: ${path}`);
  const place = within(`error in test for path: '${path}'`, () => getPlace(found.container, found.key));
  if (place === null || place === undefined) {
    if (!given) throw wouldPanic('a member that is not there is tested without a value');
    if (value !== ADDED_NULL) throw fail();
  } else if (!given || !document.equals(place, value)) throw fail();
}

/** What an operation puts into the document. */
function givenValue(operation: JsonMap): unknown {
  if (!Object.hasOwn(operation, 'value')) return null;
  return operation['value'] === null ? ADDED_NULL : operation['value'];
}

function pointer(operation: JsonMap, field: 'path' | 'from', absent: string): string {
  const value = Object.hasOwn(operation, field) ? operation[field] : null;
  if (typeof value === 'string') return value;
  const [head = '', ...reasons] = absent.split(': ');
  if (value === null || reasons.length === 1) throw new PatchProblem(422, absent);
  throw new PatchProblem(422, `${head}: json: cannot unmarshal ${jsonTypeName(value)} into Go value of type string`);
}

const missing = (what: string): PatchProblem => new PatchProblem(422, `${what}: missing value`);

/** Runs `step`, and puts the name of the operation before the text of its problem. */
function within<T>(head: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof PatchProblem) throw new PatchProblem(error.code, `${head}: ${error.message}`);
    throw error;
  }
}

function insert(
  document: JsonPatchDocument,
  path: string,
  value: () => unknown,
  texts: { readonly missing: string; readonly failed: string },
): void {
  const found = document.find(path);
  if (found === undefined) throw missing(texts.missing);
  const { container, tokens, key } = found;
  const inserted = value();
  if (!isList(container)) {
    setAt(document, tokens, key, inserted);
    return;
  }
  const index = within(
    isAtoi(key) ? texts.failed : `${texts.failed}: value was not a proper array index: '${key}'`,
    () => insertPosition(container, key),
  );
  (document.open(tokens) as unknown[]).splice(index, 0, inserted);
}

const isAtoi = (key: string): boolean => /^[+-]?[0-9]+$/.test(key);

function take(document: JsonPatchDocument, path: string, missingText: string, failed: string): unknown {
  const found = document.find(path);
  if (found === undefined) throw missing(missingText);
  const { container, tokens, key } = found;
  const value = within(failed, () => getPlace(container, key));
  if (isList(container)) {
    (document.open(tokens) as unknown[]).splice(position(container, key), 1);
    return value;
  }
  if (!isMap(container) || !Object.hasOwn(container, key)) {
    throw missing(`${failed}: Unable to remove nonexistent key: ${key}`);
  }
  delete (document.open(tokens) as Record<string, unknown>)[key];
  return value;
}

function setAt(document: JsonPatchDocument, tokens: readonly string[], key: string, value: unknown): void {
  const container = document.open(tokens);
  if (Array.isArray(container)) container[position(container, key)] = value;
  else put(container, key, value);
}
