import { messageOf } from '../errors.ts';
import { visit } from './field-spec.ts';
import type { FieldSpec } from './field-specs.ts';
import type { Variable } from './kustomization.ts';
import { isMap, type Node } from './node.ts';
import { child, stepsOf } from './replacements.ts';
import {
  type Gvk,
  groupVersion,
  type Id,
  idsOf,
  isClusterScoped,
  isSameId,
  type Resource,
  typeText,
} from './resource.ts';

/** Variables of a build by their names, with the defaults filled in. */
export type Variables = ReadonlyMap<string, Variable>;

/**
 * Adds variables, and notes in the objects which are read from them.
 *
 * @throws {Error} for a name that is taken, or a variable of several objects
 * @see sigs.k8s.io/kustomize/api/internal/accumulator/resaccumulator.go
 */
export function mergeVariables(
  resources: readonly Resource[],
  known: Variables,
  added: readonly Variable[],
): Variables {
  for (const variable of added) {
    const wanted = idOfVariable(variable);
    const isPlaced = wanted.namespace !== '' || isClusterScoped(wanted);
    const found = resources.filter((each) =>
      idsOf(each).some((id) => isSameId(isPlaced ? id : { ...id, namespace: '' }, wanted)),
    );
    if (found.length > 1) {
      throw new Error(`found ${found.length} resId matches for var ${goText(variable)} (unable to disambiguate)`);
    }
    found[0]?.variables.push(variable.name ?? '');
  }
  return joinVariables(known, new Map(), added);
}

/** @throws {Error} for a name that both have */
export function joinVariables(known: Variables, more: Variables, added: readonly Variable[] = []): Variables {
  const all = new Map(known);
  for (const variable of [...more.values(), ...added]) {
    const { name = '' } = variable;
    if (all.has(name)) throw new Error(`var '${name}' already encountered`);
    all.set(name, variable);
  }
  return all;
}

function idOfVariable({ objref = {} }: Variable): Id {
  const { apiVersion = '', group = '', version = '', kind = '', name = '', namespace = '' } = objref;
  const type = apiVersion === '' ? { group, version } : groupVersion(apiVersion);
  return { ...type, kind, name, namespace };
}

/** A variable as kustomize prints it; `type` of what it is read from is what its field says, or the whole of it. */
function goText(variable: Variable, id: Gvk = idOfVariable(variable)): string {
  const { name = '', fieldref = {} } = variable;
  return `{${name} ${typeText(id)} {${fieldref.fieldPath || 'metadata.name'}}}`;
}

/** Variables as they stood in the file. */
export const variablesText = (all: readonly Variable[]): string =>
  all.map((variable) => goText(variable, { ...variable.objref })).join(' ');

/** Puts the values of variables where `$(NAME)` stands; `warn` takes a line on those that stand nowhere. @throws {Error} */
export function resolveVariables(
  resources: readonly Resource[],
  variables: Variables,
  specs: readonly FieldSpec[],
  warn: (line: string) => void,
): void {
  if (variables.size === 0) return;
  const values = new Map<string, unknown>();
  for (const [name, variable] of [...variables].sort(([a], [b]) => (a < b ? -1 : 1))) {
    values.set(name, variableValue(resources, variable));
  }
  const used = new Set<string>();
  for (const resource of resources) {
    for (const spec of specs) {
      visit(resource, spec, (field) => {
        if (isMap(field.value)) expandMap(resource, field.value, values, used);
        else field.set(expandedIn(field.value, values, used));
      });
    }
  }
  const unused = [...values.keys()].filter((name) => !used.has(name));
  if (unused.length > 0) warn(`well-defined vars that were never replaced: ${unused.join(',')}`);
}

function variableValue(resources: readonly Resource[], variable: Variable): unknown {
  const { name = '', fieldref = {} } = variable;
  const resource = resources.find((each) => each.variables.includes(name));
  if (resource === undefined) {
    throw new Error(`var '${goText(variable)}' cannot be mapped to a field in the set of known resources`);
  }
  try {
    let value: unknown = resource.object;
    for (const step of stepsOf((fieldref.fieldPath || 'metadata.name').replaceAll(/\[(\d+)\]/g, '.$1'))) {
      value = child(value, step);
    }
    if (value === undefined) throw new Error('no such field');
    return value;
  } catch (error) {
    // What exactly is missing is not told.
    if (messageOf(error) === '') throw error;
    throw new Error(`field specified in var '${goText(variable)}' not found in corresponding resource`);
  }
}

function expandedIn(value: unknown, values: ReadonlyMap<string, unknown>, used: Set<string>): unknown {
  if (typeof value === 'string') return expanded(value, values, used);
  if (Array.isArray(value)) {
    return value.map((item) => {
      if (typeof item !== 'string') throw new Error('invalid value type expect a string');
      return expanded(item, values, used);
    });
  }
  return value;
}

/** What other maps have in common with it changes with it. */
function expandMap({ twins }: Resource, map: Node, values: ReadonlyMap<string, unknown>, used: Set<string>): void {
  for (const [key, text] of Object.entries(map)) {
    if (typeof text !== 'string') continue;
    map[key] = expanded(text, values, used);
    for (const { maps } of twins.filter((each) => each.key === key && each.maps.includes(map))) {
      for (const other of maps) if (other[key] === text) other[key] = map[key];
    }
  }
}

/** A text that is one variable has its value, whatever that is; `$$` is a dollar. */
function expanded(text: string, values: ReadonlyMap<string, unknown>, used: Set<string>): unknown {
  const valueAt = (name: string, whole: string): unknown => {
    const value = values.get(name);
    if (value === undefined || typeof value === 'object') return whole;
    used.add(name);
    return value;
  };
  const only = /^\$\(([^)]*)\)$/.exec(text);
  if (only !== null) return valueAt(only[1] ?? '', text);
  return text.replaceAll(/\$\$|\$\(([^)]*)\)/g, (whole, name?: string) =>
    name === undefined ? '$' : String(valueAt(name, whole)),
  );
}
