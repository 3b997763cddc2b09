import type { KubeObject } from '@tabernetes/apimachinery';
import { goValue } from '@tabernetes/apimachinery';
import { compileJsonPath } from '../../jsonpath/evaluate.ts';
import { relaxedPath } from '../../printers/custom-columns.ts';

/** What `--for` asks for. */
export type Goal =
  | { readonly type: 'delete' }
  | { readonly type: 'create' }
  /** True when the object is as it should be. @throws {Error} when it cannot be told */
  | { readonly type: 'state'; readonly isMet: (object: KubeObject) => boolean };

/** Reads `--for`. @throws {Error} with kubectl's text */
export function readGoal(text: string): Goal {
  const lower = text.toLowerCase();
  if (lower === 'delete' || lower === 'create') return { type: lower };
  if (text.startsWith('condition=')) {
    const asked = text.slice('condition='.length);
    const equals = asked.indexOf('=');
    const [name, value] = equals < 0 ? [asked, 'true'] : [asked.slice(0, equals), asked.slice(equals + 1)];
    return { type: 'state', isMet: (object) => hasCondition(object, name, value) };
  }
  if (text.startsWith('jsonpath=')) return jsonPathGoal(text.slice('jsonpath='.length));
  throw new Error(`unrecognized condition: ${JSON.stringify(text)}`);
}

interface WithStatus {
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly {
      readonly type?: string;
      readonly status?: string;
      readonly observedGeneration?: number;
    }[];
  };
}

/** What was said of an older generation does not count. */
function hasCondition(object: KubeObject, name: string, value: string): boolean {
  const { status } = object as WithStatus;
  const condition = status?.conditions?.find(({ type, status: is }) => is !== undefined && isSame(type ?? '', name));
  if (condition === undefined) return false;
  const { generation } = object.metadata;
  const observed = condition.observedGeneration ?? status?.observedGeneration;
  if (generation !== undefined && observed !== undefined && observed < generation) return false;
  return isSame(condition.status ?? '', value);
}

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function jsonPathGoal(text: string): Goal {
  const parts = splitAtEquals(text);
  if (parts.length > 2) {
    throw new Error(
      "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'",
    );
  }
  const [expression = '', value] = parts;
  const relaxed = relaxedPath(expression);
  const wanted = value?.replace(/^['"]+|['"]+$/g, '');
  if (wanted === '') {
    throw new Error(
      "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3",
    );
  }
  if (relaxed === '') throw new Error('jsonpath expression cannot be empty');
  const path = compileJsonPath(relaxed);
  return { type: 'state', isMet: (object) => isFound(path.find(object), wanted) };
}

/** `==` belongs to the expression. */
function splitAtEquals(text: string): readonly string[] {
  const parts = [''];
  for (let at = 0; at < text.length; at++) {
    const last = parts.length - 1;
    if (text[at] !== '=') parts[last] += text[at] ?? '';
    else if (text[at + 1] === '=') {
      parts[last] += '==';
      at++;
    } else parts.push('');
  }
  return parts;
}

function isFound(results: readonly (readonly unknown[])[], wanted: string | undefined): boolean {
  const [first = []] = results;
  if (first.length === 0) return false;
  if (results.length > 1) throw new Error('given jsonpath expression matches more than one list');
  if (first.length > 1) throw new Error('given jsonpath expression matches more than one value');
  if (wanted === undefined) return true;
  const [value] = first;
  if (typeof value === 'object' && value !== null) {
    throw new Error('jsonpath leads to a nested object or list which is not supported');
  }
  return goValue(value).trim() === wanted.trim();
}
