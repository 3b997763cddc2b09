import type { FieldSpec } from './field-specs.ts';
import { isMap, type Node } from './node.ts';
import type { Gvk } from './resource.ts';
import { groupVersionOf, idOf, idText, isOfType, kindOf, type Resource } from './resource.ts';

/** A field that a path led to, which may be missing or null. */
export interface Field {
  readonly parent: Node | unknown[];
  readonly key: string | number;
  readonly value: unknown;
  set(value: unknown): void;
}

/** What is made of a field that is missing, where the specification says so. */
export type Made = 'map' | 'text';

/**
 * Calls back for every field of an object that a specification means; lists on the way are taken apart.
 *
 * @throws {Error} where something on the way has no fields
 * @see sigs.k8s.io/kustomize/api/filters/fieldspec/fieldspec.go
 */
export function visit(resource: Resource, spec: FieldSpec, onField: (field: Field) => void, made?: Made): void {
  const type: Gvk = { kind: kindOf(resource), ...groupVersionOf(resource) };
  if (!isOfType(type, spec)) return;
  try {
    walk(resource.object, undefined, splitPath(spec.path, '/'), { create: spec.create === true, made, onField });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`considering field '${spec.path}' of object ${idText(idOf(resource))}: ${message}`);
  }
}

interface Walk {
  readonly create: boolean;
  readonly made: Made | undefined;
  readonly onField: (field: Field) => void;
}

function walk(node: unknown, field: Field | undefined, steps: readonly string[], options: Walk): void {
  const [step, ...rest] = steps;
  if (step === undefined) {
    if (field !== undefined) options.onField(field);
    return;
  }
  if (node === null || node === undefined) return;
  if (Array.isArray(node)) {
    node.forEach((item, at) => {
      try {
        walk(item, fieldOf(node, at), steps, options);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        throw new Error(`visit traversal on path: [${steps.join(' ')}]: ${message}`);
      }
    });
    return;
  }
  if (!isMap(node)) throw new Error('expected sequence or mapping node');
  const isList = step.endsWith('[]');
  const key = isList ? step.slice(0, -2) : step;
  if (key === '') throw new Error('cannot set or create an empty field name');
  const isMade = options.create && options.made !== undefined && !isList;
  if (!Object.hasOwn(node, key) && !isMade) return;
  if (node[key] === null || node[key] === undefined) {
    if (isMade) node[key] = rest.length > 0 || options.made === 'map' ? {} : '';
    else if (isList) node[key] = [];
  }
  walk(node[key], fieldOf(node, key), rest, options);
}

function fieldOf(parent: Node | unknown[], key: string | number): Field {
  const at = parent as Record<string | number, unknown>;
  return {
    parent,
    key,
    value: at[key],
    set: (value) => {
      at[key] = value;
    },
  };
}

/** The steps of a path; a backslash before the delimiter makes it part of a step. */
export function splitPath(path: string, delimiter: string): readonly string[] {
  const parts = path.split(delimiter);
  if (parts.length > 1 && parts[0] === '') parts.shift();
  const steps: string[] = [parts[0] ?? ''];
  for (const part of parts.slice(1)) {
    const before = steps.at(-1) ?? '';
    if (before.endsWith('\\')) steps[steps.length - 1] = `${before.slice(0, -1)}${delimiter}${part}`;
    else steps.push(part);
  }
  return steps;
}
