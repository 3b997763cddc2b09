import { type FieldError, forbidden } from '@tabernetes/apimachinery';
import type { CelProgram } from '../cel/compile.ts';
import { estimateCelCost } from '../cel/estimate-cost.ts';
import { type Estimate, UNBOUNDED } from '../cel/sizes.ts';
import type { CelType } from '../cel/types.ts';
import { MAX_REQUEST_BYTES } from './schema-types.ts';

const RULE_LIMIT = 10_000_000;
const SCHEMA_LIMIT = 100_000_000;
const SHOWN = 4;

/** What all rules of a schema cost together. */
export class SchemaCost {
  #total = 0;
  #expensive: { readonly path: string; readonly cost: number }[] = [];

  add(path: string, cost: number): void {
    this.#total = Math.min(this.#total + cost, UNBOUNDED);
    if (cost < SCHEMA_LIMIT / 100) return;
    this.#expensive.push({ path, cost });
    this.#expensive.sort((a, b) => b.cost - a.cost);
    this.#expensive.length = Math.min(this.#expensive.length, SHOWN);
  }

  /** @param path of the schema */
  errors(path: string): readonly FieldError[] {
    if (this.#total <= SCHEMA_LIMIT) return [];
    const contributed = 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema';
    const what = 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema';
    return [
      ...this.#expensive.map((each) => forbidden(each.path, contributed)),
      forbidden(path, excess(what, this.#total, SCHEMA_LIMIT)),
    ];
  }
}

/**
 * What a program costs, once.
 * @see staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/compilation.go sizeEstimator
 */
export const programCost = ({ expression }: CelProgram, type: CelType): number =>
  estimateCelCost(expression, (path) => sizeAt(path, type)).max;

/** What it costs as often as what it looks at can be there. @param count undefined: nobody says how often */
export function repeatedCost(cost: number, count: number | undefined, { minBytes = 0 }: CelType): number {
  const times = count ?? Math.floor(MAX_REQUEST_BYTES / (minBytes + 1));
  return Math.min(cost * times, UNBOUNDED);
}

/** Undefined: a rule may cost this. */
export const ruleExcess = (what: string, cost: number): string | undefined =>
  cost > RULE_LIMIT ? excess(what, cost, RULE_LIMIT) : undefined;

function excess(what: string, cost: number, limit: number): string {
  const factor = cost / limit;
  const shown = factor > 100 ? 'more than 100x' : factor < 1.5 ? `${factor.toFixed(6)}x` : `${factor.toFixed(1)}x`;
  return `${what} exceeds budget by factor of ${shown} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)`;
}

/** The first part of a path is a variable, of which there is one type. */
function sizeAt([, ...path]: readonly string[], root: CelType): Estimate | undefined {
  let type: CelType | undefined = root;
  for (const step of path) {
    if (step === '@items') type = type.kind === 'list' ? type.params[0] : undefined;
    else if (step === '@values') type = type.kind === 'map' ? type.params[1] : undefined;
    else if (step === '@keys') type = type.kind === 'map' ? type.params[0] : undefined;
    else type = type.fields?.get(step)?.type;
    if (type === undefined) return undefined;
  }
  return { min: 0, max: type.maxElements ?? 0 };
}
