import type { KubeObject } from '@tabernetes/apimachinery';
import type { CheckBatch, CheckState } from '../../check-protocol.ts';
import type { PortLike } from '../../http-protocol.ts';
import type { StoreChange } from '../world-host.ts';
import { type Checker, checker, type NamedKind } from './checker.ts';
import { type Expectation, parseExpectation } from './expectation.ts';

/** Follows the expectations of a page and tells it how they stand. */
export interface CheckHost {
  changed(changes: readonly StoreChange[]): void;
}

interface CheckHostOptions {
  readonly texts: readonly string[];
  readonly port: Pick<PortLike, 'postMessage'>;
  /** What there is when the following begins. */
  readonly objects: Iterable<readonly [key: string, object: KubeObject]>;
  readonly now: () => number;
  /** The kind that `pods`, `po`, `pod` or `pods.v1.` name; undefined: none. */
  readonly kindOf: (resource: string) => NamedKind | undefined;
}

export function checkHost({ texts, port, objects, now, kindOf }: CheckHostOptions): CheckHost {
  const checks = texts.map((text) => understood(text, kindOf, now()));
  const take = (change: Pick<StoreChange, 'type' | 'kv'>): boolean => {
    let isNews = false;
    for (const check of checks) {
      if (check.expectation === undefined) continue;
      if (check.checker === undefined) {
        const kind = definedKind(change.kv.value, check.expectation.resource);
        if (kind === undefined) continue;
        check.checker = checker(check.expectation, kind, now());
        isNews = true;
      } else if (check.checker.take(change, now())) isNews = true;
    }
    return isNews;
  };
  const tell = (): void => {
    const batch: CheckBatch = { type: 'checks', checks: checks.map((check) => check.checker?.state ?? check.state) };
    port.postMessage(batch);
  };
  for (const [key, value] of objects) take({ type: 'put', kv: { key, value } });
  tell();
  return {
    changed(changes) {
      let isNews = false;
      for (const change of changes) if (take(change)) isNews = true;
      if (isNews) tell();
    },
  };
}

/** One check. Without a checker its resource is not known, yet; without an expectation it never will be. */
interface Check {
  readonly state: CheckState;
  readonly expectation?: Expectation;
  checker?: Checker;
}

function understood(text: string, kindOf: CheckHostOptions['kindOf'], sinceMs: number): Check {
  try {
    const expectation = parseExpectation(text);
    const { resource } = expectation;
    const kind = kindOf(resource);
    const detail = `the server doesn't have a resource type "${resource}"`;
    const state = { text, state: 'waiting', detail, sinceMs } as const;
    return { state, expectation, ...(kind !== undefined && { checker: checker(expectation, kind, sinceMs) }) };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { state: { text, state: 'invalid', detail, sinceMs } };
  }
}

interface Definition {
  readonly spec?: {
    readonly group: string;
    readonly scope: string;
    readonly names: {
      readonly kind: string;
      readonly plural: string;
      readonly singular?: string;
      readonly shortNames?: readonly string[];
    };
  };
}

/** The kind that a CustomResourceDefinition brings, if it is the one that is waited for. */
function definedKind(object: KubeObject, resource: string): NamedKind | undefined {
  if (object.kind !== 'CustomResourceDefinition') return undefined;
  const { spec } = object as Definition;
  if (spec === undefined) return undefined;
  const { group, names, scope } = spec;
  const isMeant = [names.plural, names.singular, names.kind.toLowerCase(), ...(names.shortNames ?? [])].some(
    (name) => name === resource || `${name}.${group}` === resource,
  );
  return isMeant ? { group, kind: names.kind, namespaced: scope === 'Namespaced' } : undefined;
}
