import { goRegexp } from '@tabernetes/api/structural';
import { encodeYaml } from '@tabernetes/apimachinery';
import { messageOf } from '../errors.ts';
import { decodeCoreYaml } from './core-yaml.ts';
import { splitPath } from './field-spec.ts';
import type { FieldOptions, Replacement, Target } from './kustomization.ts';
import { isMap, type Node } from './node.ts';
import { hasPairs } from './patches.ts';
import { effectiveNamespace, type Id, idsOf, idText, isOfType, NO_NAMESPACE, type Resource } from './resource.ts';
import { wrongKind } from './transformers.ts';

/**
 * Copies a value of one object into others.
 *
 * @throws {Error} with kustomize's text
 * @see sigs.k8s.io/kustomize/api/filters/replacement/replacement.go
 */
export function replaceAll(resources: readonly Resource[], replacements: readonly Replacement[]): void {
  for (const { source, targets } of replacements) {
    if (source === undefined || targets === undefined) {
      throw new Error('replacements must specify a source and at least one target');
    }
    const value = sourceOf(resources, source);
    for (const { select, reject = [], fieldPaths = [], options } of targets) {
      if (select === undefined) throw new Error('target must specify resources to select');
      for (const resource of resources) {
        if (!hasPairs(resource, select)) continue;
        const withPairs = reject.filter((each) => each.annotationSelector || each.labelSelector);
        if (withPairs.some((each) => hasPairs(resource, each))) continue;
        const ids = idsOf(resource);
        if (!ids.some((id) => isSelected(id, select))) continue;
        if (reject.some((each) => idText(each) !== ANY && ids.some((id) => isSelected(id, each)))) continue;
        for (const path of fieldPaths.length === 0 ? ['metadata.name'] : fieldPaths) {
          setAt(resource.object, path, value, options);
        }
      }
    }
  }
}

const ANY = idText({});

const isSelected = (id: Id, selector: Target): boolean =>
  (!selector.name || selector.name === id.name) &&
  (!selector.namespace || spaceOf(selector.namespace) === effectiveNamespace(id)) &&
  isOfType(id, selector);
const spaceOf = (namespace: string): string => (namespace === '' ? NO_NAMESPACE : namespace);

function sourceOf(resources: readonly Resource[], source: NonNullable<Replacement['source']>): unknown {
  const found = resources.filter((each) => idsOf(each).some((id) => isSelected(id, source)));
  const [only] = found;
  if (only === undefined) throw new Error(`nothing selected by ${selectorText(source)}`);
  if (found.length > 1) throw new Error(`multiple matches for selector ${selectorText(source)}`);
  const path = source.fieldPath || 'metadata.name';
  let value: unknown = only.object;
  try {
    for (const step of stepsOf(path)) {
      const text = step.trim();
      if (text !== '' && value !== undefined) value = child(value, text);
    }
  } catch (error) {
    throw new Error(`error looking up replacement source: ${messageOf(error)}`);
  }
  if (isNothing(value)) throw new Error(`fieldPath \`${path}\` is missing for replacement source ${idText(source)}`);
  const { delimiter = '', index = 0 } = source.options ?? {};
  if (delimiter === '') return value;
  if (typeof value === 'object') throw new Error(ONLY_SCALARS);
  const part = String(value).split(delimiter)[index];
  if (part === undefined) throw new Error(`options.index ${index} is out of bounds for value ${String(value)}`);
  return typeof value === 'string' ? part : plain(part);
}

const ONLY_SCALARS = 'delimiter option can only be used with scalar nodes';

const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (typeof value === 'object' && Object.keys(value).length === 0);

function selectorText(source: NonNullable<Replacement['source']>): string {
  const { delimiter = '', create = false, index = 0 } = source.options ?? {};
  const path = source.fieldPath ? `:${source.fieldPath}` : '';
  const options = delimiter === '' && !create ? '' : `:${delimiter}(${index})`;
  return `${idText(source)}${path}${options}`;
}

/** `spec.template.spec.containers.[name=web].image`; dots inside of brackets belong to the step. */
export function stepsOf(path: string): readonly string[] {
  const parts = splitPath(path, '.');
  const steps: string[] = [];
  for (let at = 0; at < parts.length; at++) {
    let step = parts[at] ?? '';
    if (step.startsWith('[') && !step.endsWith(']')) {
      while (at < parts.length - 1) {
        at++;
        step = `${step}.${parts[at]}`;
        if (parts[at]?.endsWith(']')) break;
      }
      if (!step.includes('=')) step = step.replace(/^[[\]]+|[[\]]+$/g, '');
    }
    steps.push(step);
  }
  return steps;
}

const isIndex = (step: string): boolean => /^\d+$/.test(step);
const isItem = (step: string): boolean => step.startsWith('[') && step.endsWith(']');

/** `[name=web]`; an item that is a text has no key. @throws {Error} */
function keyAndValue(step: string): readonly [key: string, value: string] {
  const inner = step.slice(1, -1);
  const equals = inner.indexOf('=');
  if (inner === '') throw new Error('index is empty');
  if (equals < 0) throw new Error(`index path component must be in the form of [NAME=VALUE]: ${JSON.stringify(step)}`);
  return [inner.slice(0, equals), inner.slice(equals + 1)];
}

/** @throws {Error} for what is no step to one place */
export function child(value: unknown, step: string): unknown {
  const list = (): readonly unknown[] => {
    if (!Array.isArray(value)) throw wrongKind('SequenceNode', value);
    return value;
  };
  if (/^-\d+$/.test(step)) throw new Error(`array index ${step} cannot be negative`);
  if (isIndex(step)) return list()[Number(step)];
  if (step === '-') return list().at(-1);
  if (step === '*') throw new Error('wildcard is not supported in PathGetter');
  if (isItem(step)) {
    const [key, wanted] = keyAndValue(step);
    return list().find((item) => (key === '' ? String(item) === wanted : isMap(item) && String(item[key]) === wanted));
  }
  if (!isMap(value)) throw wrongKind('MappingNode', value);
  return value[step];
}

interface Place {
  readonly value: unknown;
  set(value: unknown): void;
}

/** @throws {Error} when there is no such place, and it is not to be made */
function setAt(root: Node, path: string, value: unknown, options: FieldOptions | undefined): void {
  const isCreating = options?.create === true;
  const what = `unable to find ${isCreating ? 'or create ' : ''}field ${JSON.stringify(path)} in replacement target`;
  let places: readonly Place[];
  try {
    const start = { value: root, set: () => undefined };
    places = placesAt(start, stepsOf(path), isCreating ? emptyLike(value) : undefined);
  } catch (error) {
    throw new Error(`${what}: ${messageOf(error)}`);
  }
  if (places.length === 0) throw new Error(what);
  for (const place of places) place.set(mixed(place.value, value, options));
}

/** What is put where nothing is, before it is filled: nothing of a text, whose type is then what it looks like. */
const emptyLike = (value: unknown): unknown => (Array.isArray(value) ? [] : isMap(value) ? {} : null);

/** What stands between, by the step behind it. */
const madeFor = (next: string | undefined, last: unknown): unknown =>
  next === undefined || next === '' ? structuredClone(last) : isItem(next) || isIndex(next) ? [] : {};

/** All places that steps lead to; `made`: what a missing one begins as. @see sigs.k8s.io/kustomize/kyaml/yaml/match.go */
function placesAt(place: Place, steps: readonly string[], made: unknown): readonly Place[] {
  const [step, ...rest] = steps;
  if (step === undefined) return [place];
  const { value } = place;
  const list = (): unknown[] => {
    if (!Array.isArray(value)) throw wrongKind('SequenceNode', value);
    return value;
  };
  const at = (items: unknown[], index: number): Place => ({
    value: items[index],
    set: (next) => {
      items[index] = next;
    },
  });
  if (isIndex(step)) {
    const items = list();
    const index = Number(step);
    if (items.length === index && made !== undefined) items.push(madeFor(rest[0], made));
    if (items.length <= index) throw new Error(`index ${index} specified but only ${items.length} elements found`);
    return placesAt(at(items, index), rest, made);
  }
  if (isItem(step)) {
    const [key, pattern] = keyAndValue(step);
    const find = (): readonly Place[] =>
      list().flatMap((item, i) => matching(item, at(list(), i), { key, pattern, rest, made }));
    const found = find();
    if (found.length > 0 || made === undefined) return found;
    list().push(key === '' ? pattern : { [key]: plain(pattern) });
    return find();
  }
  if (step === '*') return list().flatMap((_, i) => placesAt(at(list(), i), rest, made));
  if (!isMap(value)) throw wrongKind(step === '' ? 'ScalarNode' : 'MappingNode', value);
  if (step === '') throw wrongKind('ScalarNode', value);
  if (value[step] === undefined) {
    if (made === undefined) return [];
    value[step] = madeFor(rest[0], made);
  }
  const field: Place = {
    value: value[step],
    set: (next) => {
      value[step] = next;
    },
  };
  return placesAt(field, rest, made);
}

interface Wanted {
  readonly key: string;
  /** An expression, as Go has them. */
  readonly pattern: string;
  readonly rest: readonly string[];
  readonly made: unknown;
}

function matching(item: unknown, place: Place, { key, pattern, rest, made }: Wanted): readonly Place[] {
  const expression = goRegexp(pattern);
  if (expression === undefined) throw new Error(`the expression ${JSON.stringify(pattern)} is not supported`);
  const text = key === '' ? item : isMap(item) ? item[key] : undefined;
  if (text === undefined || (typeof text === 'string' ? text : encodeYaml(text).trim()).search(expression) < 0)
    return [];
  return key === '' ? [place] : placesAt(place, rest, made);
}

/** The value, or the text with one of its parts replaced. Of scalars the text alone is copied: what it is, the place says. */
function mixed(current: unknown, value: unknown, options: FieldOptions | undefined): unknown {
  const { delimiter = '', index = 0 } = options ?? {};
  const isScalar = typeof current !== 'object' || current === null;
  if (delimiter === '') {
    if (!isScalar) return structuredClone(value);
    const text = typeof value === 'object' ? '' : String(value);
    return retyped(current, text);
  }
  if (!isScalar) throw new Error(ONLY_SCALARS);
  const parts = String(current ?? '').split(delimiter);
  if (index < 0) parts.unshift(String(value));
  else if (index >= parts.length) parts.push(String(value));
  else parts[index] = String(value);
  return retyped(current, parts.join(delimiter));
}

const retyped = (current: unknown, text: string): unknown => (typeof current === 'string' ? text : plain(text));

/** What a text is in YAML that has no quotes: a number, a truth, or the text. */
function plain(text: string): unknown {
  if (!/^(?:[\d.+-][\w.+-]*|true|false|null|~)$/.test(text)) return text;
  const value = decodeCoreYaml(text);
  return typeof value === 'object' && value !== null ? text : value;
}
