import { decodeYaml } from '@tabernetes/apimachinery';
import { isMap, type Node } from './field-path.ts';
import type { FieldOptions, Replacement, Target } from './kustomization.ts';
import { groupVersionOf, kindOf, nameOf, namespaceOf, type Resource } from './resource.ts';

/** Copies a value of one object into others. @throws {Error} with kustomize's text */
export function replaceAll(resources: readonly Resource[], replacements: readonly Replacement[]): void {
  for (const replacement of replacements) {
    const { source, targets } = replacement;
    if (source === undefined || targets === undefined || targets.length === 0) {
      throw new Error('replacements must specify a source and at least one target');
    }
    const value = sourceOf(resources, source);
    for (const { select, reject = [], fieldPaths = ['metadata.name'], options } of targets) {
      if (select === undefined) throw new Error('target must specify resources to select');
      for (const resource of resources) {
        if (!isSelected(resource, select)) continue;
        if (reject.some((each) => Object.keys(each).length > 0 && isSelected(resource, each))) continue;
        for (const path of fieldPaths) setAt(resource.object, path, value, options);
      }
    }
  }
}

function isSelected(resource: Resource, { group, version, kind, name, namespace }: Target): boolean {
  const own = groupVersionOf(resource);
  const names = [nameOf(resource), ...resource.earlier.map((each) => each.name)];
  const spaces = [namespaceOf(resource), ...resource.earlier.map((each) => each.namespace)];
  return (
    (!group || group === own.group) &&
    (!version || version === own.version) &&
    (!kind || kind === kindOf(resource)) &&
    (!name || names.includes(name)) &&
    (!namespace || spaces.includes(namespace))
  );
}

function sourceOf(resources: readonly Resource[], source: NonNullable<Replacement['source']>): unknown {
  const found = resources.filter((each) => isSelected(each, source));
  const [only] = found;
  if (only === undefined) throw new Error(`nothing selected by ${selectorText(source)}`);
  if (found.length > 1) throw new Error(`multiple matches for selector ${selectorText(source)}`);
  const path = source.fieldPath || 'metadata.name';
  let value: unknown = only.object;
  for (const step of stepsOf(path)) value = child(value, step);
  if (isNothing(value)) throw new Error(`fieldPath \`${path}\` is missing for replacement source ${idOf(source)}`);
  const { delimiter, index = 0 } = source.options ?? {};
  if (delimiter === undefined || delimiter === '') return value;
  if (typeof value === 'object') throw new Error(ONLY_SCALARS);
  const part = String(value).split(delimiter)[index];
  if (part === undefined) throw new Error(`options.index ${index} is out of bounds for value ${String(value)}`);
  return part;
}

const ONLY_SCALARS = 'delimiter option can only be used with scalar nodes';

const isNothing = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);

function idOf({ group, version, kind, name, namespace }: Target): string {
  const type = `${kind || '[noKind]'}.${version || '[noVer]'}.${group || '[noGrp]'}`;
  return `${type}/${name || '[noName]'}.${namespace || '[noNs]'}`;
}

function selectorText(source: NonNullable<Replacement['source']>): string {
  const { delimiter = '', create = false, index = 0 } = source.options ?? {};
  const options = delimiter === '' && !create ? '' : `:${delimiter}(${index})`;
  return `${idOf(source)}:${source.fieldPath ?? ''}${options}`;
}

/** `spec.template.spec.containers.[name=web].image`; dots inside of brackets belong to the step. */
function stepsOf(path: string): readonly string[] {
  return (path.match(/\[[^\]]*\]|(?:\\.|[^.[\]])+/g) ?? []).map((step) => step.replaceAll('\\.', '.'));
}

function child(value: unknown, step: string): unknown {
  if (Array.isArray(value)) return value[indexOf(value, step)];
  return isMap(value) ? value[step.replace(/^\[|\]$/g, '')] : undefined;
}

function indexOf(list: readonly unknown[], step: string): number {
  const [, key, wanted] = /^\[([^=]+)=(.*)\]$/.exec(step) ?? [];
  if (key === undefined) return Number(step);
  return list.findIndex((item) => isMap(item) && String(item[key]) === wanted);
}

/** @throws {Error} when there is no such place, and it is not to be made */
function setAt(root: Node, path: string, value: unknown, options: FieldOptions | undefined): void {
  const isCreating = options?.create === true;
  const steps = stepsOf(path);
  const unfound = (why = ''): Error =>
    new Error(
      `unable to find ${isCreating ? 'or create ' : ''}field ${JSON.stringify(path)} in replacement target${why}`,
    );
  let places = 0;
  const set = (parent: Node | unknown[], key: string | number): void => {
    places++;
    const at = parent as Record<string | number, unknown>;
    at[key] = mixed(at[key], value, options);
  };
  const walk = (node: unknown, at: number): void => {
    const step = steps[at] ?? '';
    const isLast = at === steps.length - 1;
    if (Array.isArray(node)) {
      for (const i of itemsAt(node, step, isCreating, unfound)) isLast ? set(node, i) : walk(node[i], at + 1);
      return;
    }
    if (!isMap(node)) return;
    const key = step.replace(/^\[|\]$/g, '');
    if (node[key] === undefined || node[key] === null) {
      if (!isCreating) return;
      if (!isLast) node[key] = steps[at + 1]?.startsWith('[') ? [] : {};
    }
    if (isLast) set(node, key);
    else walk(node[key], at + 1);
  };
  walk(root, 0);
  if (places === 0) throw unfound();
}

/** The items of a list that a step means: all, the one at a place, or those with a field. */
function itemsAt(
  list: unknown[],
  step: string,
  isCreating: boolean,
  unfound: (why: string) => Error,
): readonly number[] {
  if (step === '*') return list.map((_, i) => i);
  const [, key, text] = /^\[([^=]+)=(.*)\]$/.exec(step) ?? [];
  if (key === undefined) {
    const index = Number(step);
    if (index < list.length) return [index];
    if (isCreating && index === list.length) return [list.push(undefined) - 1];
    throw unfound(`: index ${step} specified but only ${list.length} elements found`);
  }
  const found = list.flatMap((item, i) => (isMap(item) && String(item[key]) === text ? [i] : []));
  return found.length === 0 && isCreating ? [list.push({ [key]: text }) - 1] : found;
}

/** The value, or the text with one of its parts replaced. Of scalars the text alone is copied: what it is, the place says. */
function mixed(current: unknown, value: unknown, options: FieldOptions | undefined): unknown {
  const { delimiter = '', index = 0 } = options ?? {};
  const isScalar = typeof current !== 'object' || current === null;
  if (delimiter === '') {
    if (!isScalar || typeof value === 'object') return structuredClone(value);
    return typeof current === 'string' ? String(value) : plain(String(value));
  }
  if (!isScalar) throw new Error(ONLY_SCALARS);
  const parts = String(current ?? '').split(delimiter);
  if (index < 0) parts.unshift(String(value));
  else if (index >= parts.length) parts.push(String(value));
  else parts[index] = String(value);
  const text = parts.join(delimiter);
  return typeof current === 'string' ? text : plain(text);
}

/** What a text is in YAML that has no quotes: a number, a truth, or the text. */
function plain(text: string): unknown {
  if (!/^(?:[\d.+-][\w.+-]*|true|false|null|~)$/.test(text)) return text;
  const { value } = decodeYaml(text);
  return typeof value === 'object' && value !== null ? text : value;
}
