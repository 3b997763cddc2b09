import { parseLabelSelector, type Selector } from '@tabernetes/apimachinery';
import { type Comparison, parseComparison } from './comparison.ts';
import { type FieldPath, parseFieldPath } from './field-path.ts';

/** A sentence about objects, understood. */
export interface Expectation {
  readonly text: string;
  /** It must stay true once it is. */
  readonly always: boolean;
  /** As it was written: `deploy`, `pods`, `deployments.apps`. */
  readonly resource: string;
  /** Undefined: every object that the selector and the namespace leave. */
  readonly name: string | undefined;
  /** Undefined: all namespaces. */
  readonly namespace: string | undefined;
  readonly selector: Selector;
  readonly claim: Claim;
}

/** What is said of the objects. */
export type Claim =
  | { readonly type: 'count'; readonly of: 'objects' | 'ready'; readonly comparison: Comparison }
  | { readonly type: 'condition'; readonly name: string; readonly status: string }
  | { readonly type: 'field'; readonly path: FieldPath; readonly value: string | undefined }
  | { readonly type: 'exists' }
  | { readonly type: 'deleted' };

/**
 * Reads `[always] RESOURCE[/NAME] [-n NAMESPACE | -A] [-l SELECTOR] CLAIM`, where CLAIM is one of
 *
 * - `ready >= 3`, `count = 0` (operators `=`, `>=`, `<=`, `>`, `<`, `!=`),
 * - what `kubectl wait --for` takes: `condition=Available`, `condition=Ready=false`, `jsonpath={.status.phase}=Running`,
 *   `create`, `delete`.
 *
 * @throws {Error} saying what is not understood
 * @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_wait/
 */
export function parseExpectation(text: string, defaultNamespace = 'default'): Expectation {
  const words = text.trim().split(/\s+/);
  const always = words[0] === 'always';
  if (always) words.shift();
  const [resource = '', name] = (words.shift() ?? '').split('/');
  if (resource === '') throw new Error('a resource is needed: pods, deployment/web');
  let namespace: string | undefined = defaultNamespace;
  let selector = '';
  for (;;) {
    const flag = words[0];
    if (flag === '-A' || flag === '--all-namespaces') namespace = undefined;
    else if (flag === '-n' || flag === '--namespace') namespace = words[1];
    else if (flag === '-l' || flag === '--selector') selector = words[1] ?? '';
    else break;
    words.splice(0, flag.startsWith('-A') || flag === '--all-namespaces' ? 1 : 2);
  }
  return {
    text,
    always,
    resource: resource.toLowerCase(),
    name,
    namespace,
    selector: parseLabelSelector(selector),
    claim: parseClaim(words.join(' ').replace(/^--for[= ]/, '')),
  };
}

function parseClaim(text: string): Claim {
  const counted = /^(ready|count)\s*(.*)$/i.exec(text);
  if (counted !== null) {
    const [, of = '', rest = ''] = counted;
    return { type: 'count', of: of.toLowerCase() === 'ready' ? 'ready' : 'objects', comparison: parseComparison(rest) };
  }
  const condition = /^condition=([^=\s]+)(?:=(\S+))?$/.exec(text);
  if (condition !== null) return { type: 'condition', name: condition[1] ?? '', status: condition[2] ?? 'true' };
  const field = /^jsonpath=(?:'|")?(\{[^}]*\})(?:=(.*?))?(?:'|")?$/.exec(text);
  if (field !== null) return { type: 'field', path: parseFieldPath(field[1] ?? ''), value: field[2] };
  if (text === 'create') return { type: 'exists' };
  if (text === 'delete') return { type: 'deleted' };
  throw new Error(
    `${JSON.stringify(text)} is not understood; say "ready >= 3", "count = 1", "condition=Available", "jsonpath={.status.phase}=Running", "create" or "delete"`,
  );
}
