import {
  byteLength,
  duplicate,
  type FieldError,
  fieldErrorText,
  forbidden,
  goQuote,
  invalid,
  required,
  sameJson,
} from '@tabernetes/apimachinery';
import type { CelProgram } from '../cel/compile.ts';
import { type Activation, CelFailure, evaluateCel } from '../cel/evaluate.ts';
import { fromJson } from '../cel/json-values.ts';
import { Optional } from '../cel/values.ts';
import type { ValidationRule } from '../generated/apiextensions-v1.ts';
import { type CompiledRule, compileRule } from './compiled-rules.ts';
import { FieldPathProblem, fieldOf } from './field-path.ts';
import { additionalOf, isEmbedded, isObject, itemsOf, type JsonSchema, propertyOf, someSchema } from './json-schema.ts';
import { schemaType } from './schema-types.ts';
import { NO_PATH } from './validate-value.ts';

/** What all rules may cost together for one object. @see staging/src/k8s.io/apiserver/pkg/apis/cel/config.go */
const BUDGET = 10_000_000;
const MAX_MESSAGE_BYTES = 5 * 1024;

export interface RuleOptions {
  /** What the object was; undefined: it is new. */
  readonly old?: unknown;
  /** Is told of rules that what has not changed breaks, which may stay. Absent: nothing may. */
  warn?(text: string): void;
}

/**
 * Runs the rules (`x-kubernetes-validations`) of a schema over an object.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go
 */
export function validateRules(schema: JsonSchema, object: unknown, options: RuleOptions = {}): readonly FieldError[] {
  if (!hasRules(schema)) return [];
  const run = new Run(options);
  const old = options.old ?? undefined;
  run.visit(schema, object, old, '', true, { known: options.old !== undefined, unchanged: () => false });
  return run.errors;
}

const withRules = new WeakMap<JsonSchema, boolean>();

/** Whether a schema, or one inside of it, has rules. */
function hasRules(schema: JsonSchema): boolean {
  let has = withRules.get(schema);
  if (has === undefined) {
    has = someSchema(schema, (each) => (each['x-kubernetes-validations'] ?? []).length > 0);
    withRules.set(schema, has);
  }
  return has;
}

/** Rules of a node are compiled once. */
const compiled = new WeakMap<JsonSchema, readonly CompiledRule[]>();

function rulesOf(schema: JsonSchema, root: boolean): readonly CompiledRule[] {
  let rules = compiled.get(schema);
  if (rules === undefined) {
    const type = schemaType(schema, root);
    rules = type ? (schema['x-kubernetes-validations'] ?? []).map((rule) => compileRule(rule, type)) : [];
    compiled.set(schema, rules);
  }
  return rules;
}

/** Where a value was before. */
interface Correlation {
  /** False: it cannot be told which older value this was. */
  readonly known: boolean;
  /** Whether the nearest value around it of which that can be told is as it was. */
  unchanged(): boolean;
}

/** The rules of an `allOf`, over the types of the schema that it stands in. */
function clauseOf(schema: JsonSchema, clause: JsonSchema): JsonSchema {
  let whole = clauses.get(clause);
  if (whole === undefined) {
    whole = withRulesOf(schema, clause);
    clauses.set(clause, whole);
  }
  return whole;
}

const clauses = new WeakMap<JsonSchema, JsonSchema>();

function withRulesOf(schema: JsonSchema, clause: JsonSchema | undefined): JsonSchema {
  const items = itemsOf(schema);
  const additional = additionalOf(schema)?.schema;
  const properties = Object.entries(schema.properties ?? {}).map(([name, property]) => [
    name,
    withRulesOf(property, clause && propertyOf(clause, name)),
  ]);
  return {
    ...schema,
    'x-kubernetes-validations': clause?.['x-kubernetes-validations'] ?? [],
    allOf: clause?.allOf ?? [],
    ...(schema.properties && { properties: Object.fromEntries(properties) }),
    ...(items && { items: withRulesOf(items, clause && itemsOf(clause)) }),
    ...(additional && { additionalProperties: withRulesOf(additional, clause && additionalOf(clause)?.schema) }),
  };
}

class Exhausted extends Error {}

class Run {
  readonly errors: FieldError[] = [];
  readonly #warn: RuleOptions['warn'];
  #left = BUDGET;

  constructor({ warn }: RuleOptions) {
    this.#warn = warn;
  }

  visit(schema: JsonSchema, value: unknown, old: unknown, path: string, root: boolean, correlation: Correlation): void {
    try {
      this.#visit(schema, value, old, path, root, correlation);
    } catch (error) {
      if (!(error instanceof Exhausted)) throw error;
    }
  }

  #visit(schema: JsonSchema, value: unknown, old: unknown, path: string, root: boolean, around: Correlation): void {
    if (value === null || value === undefined || !hasRules(schema)) return;
    let equal: boolean | undefined;
    const here: Correlation = around.known
      ? {
          known: true,
          unchanged() {
            equal ??= sameJson(value, old);
            return equal;
          },
        }
      : around;
    this.#rules(schema, value, old ?? undefined, path, root, here);
    for (const clause of schema.allOf ?? []) {
      const inside = { known: false, unchanged: () => around.unchanged() };
      this.#visit(clauseOf(schema, clause), value, old, path, root, inside);
    }
    if (Array.isArray(value)) this.#items(schema, value, old, path, here);
    else if (isObject(value)) this.#fields(schema, value, isObject(old) ? old : undefined, path, here);
  }

  #items(schema: JsonSchema, values: readonly unknown[], old: unknown, path: string, here: Correlation): void {
    const items = itemsOf(schema);
    if (items === undefined || !hasRules(items)) return;
    const keys = schema['x-kubernetes-list-type'] === 'map' ? (schema['x-kubernetes-list-map-keys'] ?? []) : undefined;
    const keyOf = (item: unknown): string | undefined =>
      keys && isObject(item)
        ? JSON.stringify(keys.map((key) => item[key] ?? propertyOf(items, key)?.default ?? null))
        : undefined;
    const olds = new Map<string | undefined, unknown>();
    if (keys && Array.isArray(old)) for (const item of old) olds.set(keyOf(item), item);
    for (const [i, item] of values.entries()) {
      const known = here.known && keys !== undefined;
      const inside = known ? here : { known: false, unchanged: here.unchanged };
      const before = keys ? olds.get(keyOf(item)) : undefined;
      this.#visit(items, item, before, `${path}[${i}]`, isEmbedded(items), inside);
    }
  }

  #fields(
    schema: JsonSchema,
    value: Readonly<Record<string, unknown>>,
    old: Readonly<Record<string, unknown>> | undefined,
    path: string,
    here: Correlation,
  ): void {
    const additional = additionalOf(schema)?.schema;
    for (const [name, each] of Object.entries(value)) {
      const property = propertyOf(schema, name);
      const before = old?.[name];
      if (property) {
        this.#visit(property, each, before, path === '' ? name : `${path}.${name}`, isEmbedded(property), here);
      } else if (additional) {
        this.#visit(additional, each, before, `${path}[${name}]`, isEmbedded(additional), here);
      }
    }
  }

  #rules(schema: JsonSchema, value: unknown, old: unknown, path: string, root: boolean, here: Correlation): void {
    const rules = rulesOf(schema, root);
    const type = rules.length > 0 ? schemaType(schema, root) : undefined;
    if (type === undefined) return;
    const at = path === '' ? NO_PATH : path;
    const shown = schema.type ?? '';
    const refuse = (detail: string): void => {
      this.errors.push(invalid(at, shown, detail));
    };
    if (this.#left <= 0) {
      refuse(OUT_OF_BUDGET);
      throw new Exhausted();
    }
    const self = fromJson(value, type);
    const oldSelf = old === undefined ? undefined : fromJson(old, type);
    const optional = oldSelf === undefined ? Optional.none : new Optional(oldSelf);
    for (const { rule, program, message, problem, usesOldSelf } of rules) {
      if (problem !== undefined || program === undefined) {
        refuse(`rule compile error: ${problem ?? ''}`);
        continue;
      }
      const isOptional = rule.optionalOldSelf === true;
      if (usesOldSelf && old === undefined && !isOptional) continue;
      const activation: Activation = (name) => {
        if (name === 'self') return self;
        if (name !== 'oldSelf') return undefined;
        return isOptional ? optional : oldSelf;
      };
      const holds = this.#holds(program, activation, rule, refuse);
      if (holds !== false) continue;
      const text = message ? this.#message(message, activation, rule, refuse) : undefined;
      const error = broken(rule, schema, path, text ?? defaultMessage(rule));
      if (!usesOldSelf && this.#warn && here.unchanged()) this.#warn(fieldErrorText(error));
      else this.errors.push(error);
    }
  }

  #spend(cost: number, exhausted: () => void): void {
    if (cost > this.#left) {
      exhausted();
      throw new Exhausted();
    }
    this.#left -= cost;
  }

  /** Undefined: it could not be told, which has been said. */
  #holds(
    { expression }: CelProgram,
    activation: Activation,
    rule: ValidationRule,
    refuse: (detail: string) => void,
  ): boolean | undefined {
    const exhausted = (): void => refuse(OUT_OF_BUDGET);
    try {
      const { value, cost } = evaluateCel(expression, activation);
      this.#spend(cost, exhausted);
      return value === true;
    } catch (error) {
      if (!(error instanceof CelFailure)) throw error;
      this.#spend(error.cost, exhausted);
      const text = ruleText(rule);
      if (error.overBudget) {
        refuse(
          `'${error.message}': no further validation rules will be run due to call cost exceeds limit for rule: ${text}`,
        );
        throw new Exhausted();
      }
      if (error.message.startsWith('no such overload')) {
        refuse(
          `'${error.message}': call arguments did not match a supported operator, function or macro signature for rule: ${text}`,
        );
      } else refuse(`${error.message} evaluating rule: ${text}`);
      return undefined;
    }
  }

  /** Undefined: there is none to be had; the rule's own is used. */
  #message(
    { expression }: CelProgram,
    activation: Activation,
    { messageExpression = '' }: ValidationRule,
    refuse: (detail: string) => void,
  ): string | undefined {
    const exhausted = (): void =>
      refuse(
        'messageExpression evaluation failed due to running out of cost budget, no further validation rules will be run',
      );
    try {
      const { value, cost } = evaluateCel(expression, activation);
      this.#spend(cost, exhausted);
      const text = typeof value === 'string' ? value.trim() : '';
      return text === '' || byteLength(text) > MAX_MESSAGE_BYTES || text.includes('\n') ? undefined : text;
    } catch (error) {
      if (!(error instanceof CelFailure)) throw error;
      this.#spend(error.cost, exhausted);
      if (!error.overBudget) return undefined;
      refuse(
        `no further validation rules will be run due to call cost exceeds limit for messageExpression: ${goQuote(messageExpression)}`,
      );
      throw new Exhausted();
    }
  }
}

const OUT_OF_BUDGET = 'validation failed due to running out of cost budget, no further validation rules will be run';

const ruleText = ({ rule, message }: ValidationRule): string => (message || rule).trim();
const defaultMessage = (rule: ValidationRule): string =>
  rule.message ? rule.message.trim() : `failed rule: ${ruleText(rule)}`;

function broken({ reason, fieldPath }: ValidationRule, schema: JsonSchema, path: string, detail: string): FieldError {
  const inside = fieldPath ? normalized(fieldPath, schema) : undefined;
  const whole = inside === undefined ? path : path === '' ? inside : `${path}.${inside}`;
  const at = whole === '' ? NO_PATH : whole;
  const shown = schema.type ?? '';
  switch (reason) {
    case 'FieldValueForbidden':
      return forbidden(at, detail);
    case 'FieldValueRequired':
      return required(at, detail);
    case 'FieldValueDuplicate':
      return duplicate(at, shown);
    default:
      return invalid(at, shown, detail);
  }
}

function normalized(fieldPath: string, schema: JsonSchema): string | undefined {
  try {
    return fieldOf(fieldPath, schema, { brackets: true }).path;
  } catch (error) {
    if (error instanceof FieldPathProblem) return undefined;
    throw error;
  }
}
