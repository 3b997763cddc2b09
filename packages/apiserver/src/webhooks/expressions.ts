import type { AccessAttributes, AccessDecision } from '@tabernetes/api';
import {
  type Activation,
  AuthorizerValue,
  CelError,
  CelFailure,
  type CelProgram,
  type CelValue,
  DYN,
  evaluateCel,
  fromJson,
  LazyObject,
  NAMESPACE,
  REQUEST,
  ResourceCheck,
} from '@tabernetes/api/cel';
import { goQuote, type KubeObject } from '@tabernetes/apimachinery';
import type { ServerReader } from '../server-reader.ts';
import { admissionRequest } from './admission-request.ts';
import { asVersion, converted, type MatchAttributes, type Matched, mustBeAsked, namespaceOf } from './matching.ts';

/** Of all conditions of a webhook or a policy, and of all else that a policy evaluates. */
export const CONDITIONS_BUDGET = 2_500_000;
export const POLICY_BUDGET = 10_000_000;

/** An expression as it is stored, compiled, or what keeps it from being compiled. */
export interface CompiledExpression {
  readonly text: string;
  readonly program?: CelProgram;
  readonly problem?: string;
}

export type Outcome = { readonly value: CelValue } | { readonly error: string };

/** The cost of what was evaluated is more than may be spent. */
export class OutOfBudget extends Error {
  constructor() {
    super('validation failed due to running out of cost budget, no further validation rules will be run');
  }
}

/** An answer of the authorizer that is still to come: the expression is run again when it is there. */
class Undecided extends Error {
  readonly attributes: AccessAttributes;
  constructor(attributes: AccessAttributes) {
    super('undecided');
    this.attributes = attributes;
  }
}

/** An object in another version that is still to come, likewise. */
class Unconverted extends Error {
  readonly object: KubeObject;
  constructor(object: KubeObject) {
    super('not converted yet');
    this.object = object;
  }
}

export interface ExpressionInputs {
  readonly attributes: MatchAttributes;
  readonly matched: Matched;
  readonly reader: ServerReader;
  readonly params?: KubeObject | undefined;
  readonly namespaceObject?: KubeObject | undefined;
  /** In the order in which they may use each other. */
  readonly variables?: readonly (readonly [name: string, expression: CompiledExpression])[];
  /** False: `authorizer` stands for nothing, whatever the expressions were compiled for. Default true. */
  readonly authorizer?: boolean;
}

/**
 * Runs the expressions of a webhook or a policy over one request; variables are found when they are used, once.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/admission/plugin/cel/activation.go
 */
export class AdmissionExpressions {
  readonly #inputs: ExpressionInputs;
  readonly #known = new Map<string, CelValue>();
  readonly #decisions = new Map<string, AccessDecision>();
  readonly #converted = new Map<KubeObject, KubeObject>();
  #left: number;
  #spent = 0;

  constructor(inputs: ExpressionInputs, budget: number) {
    this.#inputs = inputs;
    this.#left = budget;
  }

  /** What may still be spent. */
  get left(): number {
    return this.#left;
  }

  /** @throws {OutOfBudget} */
  async evaluate({ text, program, problem }: CompiledExpression): Promise<Outcome> {
    if (program === undefined) return { error: `compilation error: ${problem ?? ''}` };
    for (;;) {
      try {
        return this.#run(text, program);
      } catch (error) {
        if (error instanceof Unconverted) {
          const { attributes, matched } = this.#inputs;
          const object = await converted(error.object, attributes.definition, matched.definition);
          this.#converted.set(error.object, object);
          continue;
        }
        if (!(error instanceof Undecided)) throw error;
        this.#decisions.set(JSON.stringify(error.attributes), await this.#inputs.reader.authorize(error.attributes));
      }
    }
  }

  #run(text: string, program: CelProgram): Outcome {
    this.#spent = 0;
    try {
      const { value, cost } = evaluateCel(program.expression, this.#activation);
      this.#spend(cost);
      return { value };
    } catch (error) {
      if (!(error instanceof CelFailure)) throw error;
      this.#spend(error.cost);
      return { error: `expression '${text}' resulted in error: ${error.message}` };
    }
  }

  #spend(cost: number): void {
    this.#left -= cost + this.#spent;
    if (this.#left < 0) throw new OutOfBudget();
  }

  readonly #activation: Activation = (name) => {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const value = this.#value(name);
    if (value !== undefined) this.#known.set(name, value);
    return value;
  };

  #value(name: string): CelValue | undefined {
    const { attributes, matched, params, namespaceObject } = this.#inputs;
    switch (name) {
      case 'object':
        return this.#object(attributes.object);
      case 'oldObject':
        return this.#object(attributes.old);
      case 'params':
        return params === undefined ? null : fromJson(params, DYN);
      case 'request':
        return fromJson(admissionRequest(attributes, matched), REQUEST);
      case 'namespaceObject':
        return namespaceObject === undefined ? null : fromJson(namespaceObject, NAMESPACE);
      case 'authorizer':
        return this.#inputs.authorizer === false ? undefined : this.#authorizer();
      case 'authorizer.requestResource': {
        if (this.#inputs.authorizer === false) return undefined;
        const { definition, subresource, name: objectName } = attributes;
        return new ResourceCheck(this.#authorizer(), {
          group: definition.group,
          resource: definition.plural,
          subresource,
          namespace: namespaceOf(attributes),
          name: objectName,
        });
      }
      case 'variables':
        return new Variables((variable) => this.#variable(variable));
      default:
        return undefined;
    }
  }

  #object(object: KubeObject | undefined): CelValue {
    if (object === undefined) return null;
    const { attributes, matched } = this.#inputs;
    const [from, to] = [attributes.definition, matched.definition];
    if (!mustBeAsked(from, to)) return fromJson(asVersion(object, from, to), DYN);
    const known = this.#converted.get(object);
    if (known === undefined) throw new Unconverted(object);
    return fromJson(known, DYN);
  }

  #authorizer(): AuthorizerValue {
    return new AuthorizerValue(this.#inputs.attributes.user, (attributes) => {
      const known = this.#decisions.get(JSON.stringify(attributes));
      if (known === undefined) throw new Undecided(attributes);
      return known;
    });
  }

  #variable(name: string): CelValue | undefined {
    const key = `variables.${name}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const expression = this.#inputs.variables?.find(([each]) => each === name)?.[1];
    if (expression === undefined) return undefined;
    const { program, problem } = expression;
    if (program === undefined) {
      throw new CelError(`composited variable ${goQuote(name)} fails to compile: ${problem ?? ''}`);
    }
    try {
      const { value, cost } = evaluateCel(program.expression, this.#activation);
      this.#spent += cost;
      this.#known.set(key, value);
      return value;
    } catch (error) {
      if (!(error instanceof CelFailure)) throw error;
      this.#spent += error.cost;
      throw new CelError(`composited variable ${goQuote(name)} fails to evaluate: ${error.message}`);
    }
  }
}

class Variables extends LazyObject {
  readonly typeName = 'kubernetes.variables';
  readonly #read: (name: string) => CelValue | undefined;
  constructor(read: (name: string) => CelValue | undefined) {
    super();
    this.#read = read;
  }
  read(name: string): CelValue | undefined {
    return this.#read(name);
  }
}
