import type {
  ForInStatement,
  ForOfStatement,
  ForStatement,
  Pattern,
  Statement,
  SwitchStatement,
  TryStatement,
  VariableDeclaration,
} from 'acorn';
import type { Steps } from '../../../shell/drive.ts';
import { Evaluator, type FunctionNode } from './evaluate.ts';
import { items } from './items.ts';
import { keysOf } from './operate.ts';
import { destructure } from './patterns.ts';
import { Scope } from './scope.ts';
import { failure, isTrue, ScriptFunction, Thrown, type Value } from './values.ts';

export interface RunOptions {
  /** Lets others go on, and is interrupted when the process is killed. */
  readonly rest: () => Promise<void>;
}

type Jump = { readonly kind: 'break' | 'continue'; readonly label: string | undefined };
type Signal = Jump | { readonly kind: 'return'; readonly value: Value } | undefined;

const STEPS_PER_REST = 2000;
/** Deeper than this the host's own stack would be at risk. */
const MAX_DEPTH = 400;
const NO_LABELS: readonly string[] = [];

/** Runs the statements of a script. One runner for each script: it counts the steps. */
export class Runner {
  /** What the last expression of the script gave. */
  last: Value;
  #steps = 0;
  #depth = 0;
  readonly #options: RunOptions;
  readonly #expressions: Evaluator;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#expressions = new Evaluator({ define: (node, scope, name) => this.#function(node, scope, name) });
  }

  /** @throws {Thrown} @throws {Quit} */
  *script(body: readonly Statement[], scope: Scope): Steps<Value> {
    yield* this.#list(body, scope);
    return this.last;
  }

  *#list(body: readonly Statement[], scope: Scope): Steps<Signal> {
    this.#hoist(body, scope);
    for (const statement of body) {
      const signal = yield* this.#statement(statement, scope);
      if (signal !== undefined) return signal;
    }
    return undefined;
  }

  /** Functions are known from the begin of the block in which they stand. */
  #hoist(body: readonly Statement[], scope: Scope): void {
    for (const node of body)
      if (node.type === 'FunctionDeclaration') scope.declare(node.id.name, this.#function(node, scope, node.id.name));
  }

  *#statement(node: Statement, scope: Scope, labels = NO_LABELS): Steps<Signal> {
    switch (node.type) {
      case 'ExpressionStatement':
        this.last = yield* this.#expressions.evaluate(node.expression, scope);
        return undefined;
      case 'VariableDeclaration':
        return yield* this.#declare(node, scope);
      case 'FunctionDeclaration':
      case 'EmptyStatement':
        return undefined;
      case 'BlockStatement':
        return yield* this.#list(node.body, new Scope(scope));
      case 'IfStatement': {
        const branch = isTrue(yield* this.#expressions.evaluate(node.test, scope)) ? node.consequent : node.alternate;
        return branch === undefined || branch === null ? undefined : yield* this.#statement(branch, scope);
      }
      case 'WhileStatement':
      case 'DoWhileStatement': {
        const { test, body } = node;
        let isFirst = node.type === 'DoWhileStatement';
        while (isFirst || isTrue(yield* this.#expressions.evaluate(test, scope))) {
          isFirst = false;
          const end = ending(yield* this.#turn(body, scope), labels);
          if (end !== undefined) return end.signal;
        }
        return undefined;
      }
      case 'ForStatement':
        return yield* this.#for(node, new Scope(scope), labels);
      case 'ForInStatement':
      case 'ForOfStatement':
        return yield* this.#each(node, scope, labels);
      case 'SwitchStatement':
        return yield* this.#switch(node, scope);
      case 'LabeledStatement': {
        const { name } = node.label;
        const signal = yield* this.#statement(node.body, scope, [...labels, name]);
        return signal?.kind === 'break' && signal.label === name ? undefined : signal;
      }
      case 'ReturnStatement': {
        const { argument } = node;
        const isBare = argument === undefined || argument === null;
        return { kind: 'return', value: isBare ? undefined : yield* this.#expressions.evaluate(argument, scope) };
      }
      case 'BreakStatement':
        return { kind: 'break', label: node.label?.name };
      case 'ContinueStatement':
        return { kind: 'continue', label: node.label?.name };
      case 'ThrowStatement':
        throw new Thrown(yield* this.#expressions.evaluate(node.argument, scope));
      case 'TryStatement':
        return yield* this.#try(node, scope);
      default:
        throw failure('SyntaxError', `The simulated mongosh has no '${node.type}'`);
    }
  }

  *#declare({ kind, declarations }: VariableDeclaration, scope: Scope): Steps<undefined> {
    for (const { id, init } of declarations) {
      const isBare = init === undefined || init === null;
      const name = id.type === 'Identifier' ? id.name : '';
      if (isBare && kind === 'var' && scope.has(name)) continue;
      yield* this.#bind(id, isBare ? undefined : yield* this.#expressions.evaluate(init, scope, name), scope, kind);
    }
    return undefined;
  }

  /** Declares the names of a pattern. */
  *#bind(pattern: Pattern, value: Value, scope: Scope, kind: VariableDeclaration['kind'] = 'let'): Steps<void> {
    yield* destructure(pattern, value, {
      evaluate: (expr, name) => this.#expressions.evaluate(expr, scope, name),
      // biome-ignore lint/correctness/useYield: a declaration has nothing to wait for
      *take(target, given) {
        if (target.type !== 'Identifier') return;
        if (kind === 'var') scope.declareVariable(target.name, given);
        else scope.declare(target.name, given, kind === 'const');
      },
    });
  }

  *#for({ init, test, update, body }: ForStatement, first: Scope, labels: readonly string[]): Steps<Signal> {
    let scope = first;
    if (init?.type === 'VariableDeclaration') yield* this.#declare(init, scope);
    else if (init !== undefined && init !== null) yield* this.#expressions.evaluate(init, scope);
    while (test === undefined || test === null || isTrue(yield* this.#expressions.evaluate(test, scope))) {
      const end = ending(yield* this.#turn(body, scope), labels);
      if (end !== undefined) return end.signal;
      // Functions that were made in a turn keep the names of that turn.
      scope = scope.copy();
      if (update !== undefined && update !== null) yield* this.#expressions.evaluate(update, scope);
    }
    return undefined;
  }

  *#each(node: ForInStatement | ForOfStatement, scope: Scope, labels: readonly string[]): Steps<Signal> {
    const over = yield* this.#expressions.evaluate(node.right, scope);
    const { left } = node;
    for (const value of node.type === 'ForOfStatement' ? yield* items(over) : keysOf(over)) {
      const inner = new Scope(scope);
      if (left.type !== 'VariableDeclaration') yield* this.#expressions.assign(left, value, inner);
      else for (const { id } of left.declarations) yield* this.#bind(id, value, inner, left.kind);
      const end = ending(yield* this.#turn(node.body, inner), labels);
      if (end !== undefined) return end.signal;
    }
    return undefined;
  }

  *#switch({ discriminant, cases }: SwitchStatement, outer: Scope): Steps<Signal> {
    const value = yield* this.#expressions.evaluate(discriminant, outer);
    const scope = new Scope(outer);
    this.#hoist(
      cases.flatMap(({ consequent }) => consequent),
      scope,
    );
    let start = -1;
    for (let index = 0; start < 0 && index < cases.length; index++) {
      const test = cases[index]?.test;
      if (test !== undefined && test !== null && (yield* this.#expressions.evaluate(test, scope)) === value)
        start = index;
    }
    if (start < 0) start = cases.findIndex(({ test }) => test === undefined || test === null);
    for (const { consequent } of start < 0 ? [] : cases.slice(start)) {
      for (const statement of consequent) {
        const signal = yield* this.#statement(statement, scope);
        if (signal?.kind === 'break' && signal.label === undefined) return undefined;
        if (signal !== undefined) return signal;
      }
    }
    return undefined;
  }

  *#try({ block, handler, finalizer }: TryStatement, scope: Scope): Steps<Signal> {
    let signal: Signal;
    try {
      signal = yield* this.#list(block.body, new Scope(scope));
    } catch (error) {
      if (!(error instanceof Thrown) || handler === undefined || handler === null) throw error;
      const inner = new Scope(scope);
      if (handler.param !== undefined && handler.param !== null) yield* this.#bind(handler.param, error.value, inner);
      signal = yield* this.#list(handler.body.body, inner);
    } finally {
      if (finalizer !== undefined && finalizer !== null)
        signal = (yield* this.#list(finalizer.body, new Scope(scope))) ?? signal;
    }
    return signal;
  }

  *#turn(body: Statement, scope: Scope): Steps<Signal> {
    yield* this.#rest();
    return yield* this.#statement(body, scope);
  }

  *#rest(): Steps<void> {
    if (++this.#steps % STEPS_PER_REST === 0) yield this.#options.rest();
  }

  #function(node: FunctionNode, outer: Scope, name: string): ScriptFunction {
    const run = this.#call.bind(this);
    // A function expression knows itself by its own name.
    const isNamed = node.type === 'FunctionExpression' && node.id !== undefined && node.id !== null;
    const scope = isNamed ? new Scope(outer) : outer;
    const made = new ScriptFunction(name, (args) => run(node, args, scope));
    if (isNamed) scope.declare(name, made);
    return made;
  }

  *#call({ params, body }: FunctionNode, args: readonly Value[], outer: Scope): Steps<Value> {
    if (this.#depth >= MAX_DEPTH) throw failure('RangeError', 'Maximum call stack size exceeded');
    yield* this.#rest();
    const scope = new Scope(outer, true);
    this.#depth++;
    try {
      for (const [index, param] of params.entries())
        yield* this.#bind(param, param.type === 'RestElement' ? args.slice(index) : args[index], scope);
      if (body.type !== 'BlockStatement') return yield* this.#expressions.evaluate(body, scope);
      const signal = yield* this.#list(body.body, scope);
      return signal?.kind === 'return' ? signal.value : undefined;
    } finally {
      this.#depth--;
    }
  }
}

/** How a loop ends after a turn; undefined where it goes on. */
function ending(signal: Signal, labels: readonly string[]): { readonly signal: Signal } | undefined {
  if (signal === undefined) return undefined;
  if (signal.kind === 'return') return { signal };
  const isOwn = signal.label === undefined || labels.includes(signal.label);
  if (!isOwn) return { signal };
  return signal.kind === 'continue' ? undefined : { signal: undefined };
}
