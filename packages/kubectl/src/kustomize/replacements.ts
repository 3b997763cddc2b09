import { isMap, type Node } from './field-path.ts';
import type { FieldOptions, Replacement, Target } from './kustomization.ts';
import { groupVersionOf, kindOf, nameOf, namespaceOf, type Resource } from './resource.ts';

/** Copies a value of one object into others. @throws {Error} with kustomize's text */
export function replaceAll(resources: readonly Resource[], replacements: readonly Replacement[]): void {
  for (const replacement of replacements) {
    const { source, sourceValue, targets } = replacement;
    if (source === undefined && sourceValue === undefined)
      throw new Error('replacements must specify a source and at least one target');
    if (targets === undefined) throw new Error('replacements must specify a source and at least one target');
    const value = source === undefined ? sourceValue : sourceOf(resources, source);
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
  if (value === undefined)
    throw new Error(`fieldPath \`${path}\` is missing for replacement source ${kindOf(only)}/${nameOf(only)}`);
  const { delimiter, index = 0 } = source.options ?? {};
  if (delimiter === undefined || delimiter === '') return value;
  const part = String(value).split(delimiter)[index];
  if (part === undefined) throw new Error(`options.index ${index} is out of bounds for value ${String(value)}`);
  return part;
}

function selectorText({ group, version, kind, name, namespace }: Target): string {
  const type = `${kind || '[noKind]'}.${version || '[noVer]'}.${group || '[noGrp]'}`;
  return `${type}/${name || '[noName]'}.${namespace || '[noNs]'}`;
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

function setAt(root: Node, path: string, value: unknown, options: FieldOptions | undefined): void {
  const steps = stepsOf(path);
  const walk = (node: unknown, at: number): void => {
    const step = steps[at] ?? '';
    const isLast = at === steps.length - 1;
    if (Array.isArray(node)) {
      const wanted =
        step === '*' ? node.map((_, i) => i) : [indexOf(node, step)].filter((i) => i >= 0 && i < node.length);
      if (wanted.length === 0 && options?.create) {
        const [, key, text] = /^\[([^=]+)=(.*)\]$/.exec(step) ?? [];
        if (key !== undefined) wanted.push(node.push({ [key]: text }) - 1);
      }
      for (const i of wanted) {
        if (isLast) node[i] = mixed(node[i], value, options);
        else walk(node[i], at + 1);
      }
      return;
    }
    if (!isMap(node)) return;
    const key = step.replace(/^\[|\]$/g, '');
    if (isLast) {
      if (node[key] === undefined && !options?.create) {
        throw new Error(`unable to find field ${JSON.stringify(path)} in replacement target`);
      }
      node[key] = mixed(node[key], value, options);
      return;
    }
    if (node[key] === undefined) {
      if (!options?.create) throw new Error(`unable to find field ${JSON.stringify(path)} in replacement target`);
      node[key] = steps[at + 1]?.startsWith('[') ? [] : {};
    }
    walk(node[key], at + 1);
  };
  walk(root, 0);
}

/** The value, or the text with one of its parts replaced. */
function mixed(current: unknown, value: unknown, options: FieldOptions | undefined): unknown {
  const { delimiter = '', index = 0 } = options ?? {};
  if (delimiter === '') return structuredClone(value);
  const parts = String(current ?? '').split(delimiter);
  if (index < 0) parts.unshift(String(value));
  else if (index >= parts.length) parts.push(String(value));
  else parts[index] = String(value);
  return parts.join(delimiter);
}
