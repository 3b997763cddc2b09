import { isMap } from '../patch/json-tree.ts';
import type { ListSchema, MapSchema, ScalarSchema, Schema, StructSchema } from '../schema.ts';
import { goPlain, goSyntax, goTypeName } from './go-text.ts';
import { itemElement } from './list-elements.ts';
import { elementText, fieldElement, indexElement, type PathElement } from './path-element.ts';
import { DEDUCED_MAP, isRaw, memberSchema } from './struct-plan.ts';
import { type TypedError, TypedProblem } from './typed-problem.ts';

export interface CheckOptions {
  /** Sets and map lists may name an item twice, as stored objects may. Default false. */
  readonly allowDuplicates?: boolean;
  /** What was to be done with the value: the problem's text begins with it. */
  readonly within?: string;
}

/**
 * Checks that a value is of its type, as upstream checks what is applied: no undeclared fields, scalars of the right sort, items of
 * sets and map lists that can be named. Null is of every type.
 * @throws {TypedProblem}
 * @see https://github.com/kubernetes-sigs/structured-merge-diff/blob/v4.4.2/typed/validate.go
 */
export function checkTyped(schema: Schema, value: unknown, options: CheckOptions = {}): void {
  const errors: TypedError[] = [];
  check({ errors, allowDuplicates: options.allowDuplicates ?? false }, schema, value, '');
  if (errors.length > 0) throw new TypedProblem(errors, options.within);
}

interface Checker {
  readonly errors: TypedError[];
  readonly allowDuplicates: boolean;
}

function check(to: Checker, schema: Schema, value: unknown, path: string): void {
  if (value === null || value === undefined) return;
  switch (schema.kind) {
    case 'struct':
    case 'map':
      if (isMap(value)) checkMembers(to, schema, value, path);
      else to.errors.push({ path, message: formatted(`expected map, got &{${goPlain(value)}}`) });
      return;
    case 'list':
      if (Array.isArray(value)) checkItems(to, schema, value, path);
      else to.errors.push({ path, message: formatted(`expected list, got &{${goPlain(value)}}`) });
      return;
    case 'fieldsV1':
      if (isMap(value)) checkMembers(to, DEDUCED_MAP, value, path);
      else to.errors.push({ path, message: formatted(`expected map, got &{${goPlain(value)}}`) });
      return;
    case 'any':
      if (schema.applied !== undefined) checkScalar(to, schema.applied, value, path);
      else if (isMap(value) && !isRaw(schema)) checkMembers(to, DEDUCED_MAP, value, path);
      return;
    default:
      checkScalar(to, schema.kind, value, path);
  }
}

function checkScalar(to: Checker, kind: ScalarSchema['kind'], value: unknown, path: string): void {
  const message = scalarProblem(kind, value);
  if (message !== undefined) to.errors.push({ path, message });
}

/** Upstream takes these two texts for a format, so that a percent sign in the value is one that lacks its argument. */
const formatted = (text: string): string =>
  text.replace(/%[-+# 0]*\d*(?:\.\d*)?(.)/gsu, (_, verb: string) => (verb === '%' ? '%' : `%!${verb}(MISSING)`));

function scalarProblem(kind: ScalarSchema['kind'], value: unknown): string | undefined {
  switch (kind) {
    case 'int32':
    case 'int64':
    case 'float64':
      if (typeof value === 'number' || typeof value === 'bigint') return undefined;
      return `expected numeric (int or float), got ${goTypeName(value)}`;
    case 'string':
    case 'bytes':
    case 'duration':
      if (typeof value === 'string') return undefined;
      return `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`;
    case 'bool':
      return typeof value === 'boolean' ? undefined : `expected boolean, got &{${goPlain(value)}}`;
    // Declared as either of two: upstream then takes anything here.
    case 'intOrString':
      return undefined;
    default:
      return typeof value === 'object' ? `expected any scalar, got &{${goPlain(value)}}` : undefined;
  }
}

/** Stops at the first field that is not declared, as upstream does. */
function checkMembers(
  to: Checker,
  schema: StructSchema | MapSchema,
  value: Readonly<Record<string, unknown>>,
  path: string,
): void {
  for (const name in value) {
    const at = path + elementText(fieldElement(name));
    const type = memberSchema(schema, name);
    if (type === undefined) {
      to.errors.push({ path: at, message: 'field not declared in schema' });
      return;
    }
    check(to, type, value[name], at);
  }
}

function checkItems(to: Checker, schema: ListSchema, items: readonly unknown[], path: string): void {
  const seen = new Set<string>();
  for (const [i, item] of items.entries()) {
    const element: PathElement | string = schema.listType === 'atomic' ? indexElement(i) : itemElement(schema, item);
    if (typeof element === 'string') {
      to.errors.push({ path, message: `element ${i}: ${element}` });
      return;
    }
    const name = elementText(element);
    if (schema.listType !== 'atomic') {
      if (seen.has(element.text) && !to.allowDuplicates) {
        to.errors.push({ path, message: `duplicate entries for key ${name}` });
      }
      seen.add(element.text);
    }
    check(to, schema.items, item, path + name);
  }
}
