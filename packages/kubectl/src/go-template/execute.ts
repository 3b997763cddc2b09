import { goQuote } from '@tabernetes/apimachinery';
import { TemplateError } from './errors.ts';
import { CallError, callOf, FUNCTIONS, OF_TEXTS } from './functions.ts';
import type { CommandNode, Operand, ParsedTemplate, Pipeline, TemplateNode } from './nodes.ts';
import { parseTemplate } from './parse.ts';
import { format, isList, isMap, isTrue, NumberValue, typeName, type Value, valueFrom } from './values.ts';

export interface GoTemplateOptions {
  /** A key that a map lacks is an error. Default false: it prints as `<no value>`. */
  readonly requireKeys?: boolean;
}

/** A compiled Go template, with kubectl's functions. */
export interface GoTemplate {
  /** What it prints for decoded JSON. @throws {ExecuteError} */
  execute(data: unknown): string;
}

/** A template that failed while it ran, and what it had printed until then. */
export class ExecuteError extends Error {
  override readonly name = 'ExecuteError';
  readonly printed: string;
  constructor(message: string, printed: string) {
    super(message);
    this.printed = printed;
  }
}

/** @throws {TemplateError} with text/template's words @see https://pkg.go.dev/text/template */
export function compileGoTemplate(source: string, options: GoTemplateOptions = {}): GoTemplate {
  const template = parseTemplate(source);
  return {
    execute(data) {
      const run = new Execution(template, options);
      try {
        run.walk(template.body, valueFrom(data), [{ name: '$', value: valueFrom(data) }], 'output');
      } catch (error) {
        if (error instanceof TemplateError) throw new ExecuteError(error.message, run.printed);
        throw error;
      }
      return run.printed;
    },
  };
}

interface Variable {
  readonly name: string;
  value: Value;
}

type Flow = 'break' | 'continue' | undefined;

/** Nothing is piped in. */
const MISSING = Symbol('missing');
type Final = Value | typeof MISSING;

/** Depth of `{{template}}` calls at which Go gives up. */
const MAX_DEPTH = 1_000;

class Execution {
  printed = '';
  readonly #template: ParsedTemplate;
  readonly #requireKeys: boolean;
  #name = 'output';
  #depth = 0;
  /** The dot is an item of a list or a map, whose type is that of anything. */
  #isItem = false;

  constructor(template: ParsedTemplate, { requireKeys = false }: GoTemplateOptions) {
    this.#template = template;
    this.#requireKeys = requireKeys;
  }

  #fail(at: number, context: string, message: string): TemplateError {
    const before = this.#template.source.slice(0, at);
    const newline = before.lastIndexOf('\n');
    const line = before.split('\n').length;
    const column = new TextEncoder().encode(before.slice(newline + 1)).length;
    return new TemplateError(
      `template: output:${line}:${column}: executing ${goQuote(this.#name)} at <${context}>: ${message}`,
    );
  }

  walk(nodes: readonly TemplateNode[], dot: Value, variables: Variable[], name = this.#name): Flow {
    this.#name = name;
    const mark = variables.length;
    for (const node of nodes) {
      const flow = this.#node(node, dot, variables);
      if (flow !== undefined) {
        variables.length = mark;
        return flow;
      }
    }
    return undefined;
  }

  #node(node: TemplateNode, dot: Value, variables: Variable[]): Flow {
    switch (node.type) {
      case 'text':
        this.printed += node.text;
        return undefined;
      case 'action': {
        const value = this.#pipeline(node.pipeline, dot, variables);
        if (node.pipeline.declare.length === 0)
          this.printed += value === undefined || value === null ? '<no value>' : format(value);
        return undefined;
      }
      case 'break':
      case 'continue':
        return node.type;
      case 'template':
        return this.#call(node, dot, variables);
      default:
        return this.#branch(node, dot, variables);
    }
  }

  #branch(node: Extract<TemplateNode, { type: 'if' | 'with' | 'range' }>, dot: Value, variables: Variable[]): Flow {
    const mark = variables.length;
    let flow: Flow;
    if (node.type === 'range') flow = this.#range(node, dot, variables);
    else {
      const value = this.#pipeline(node.pipeline, dot, variables);
      if (isTrue(value)) {
        const wasItem = this.#isItem;
        if (node.type === 'with') this.#isItem = false;
        flow = this.walk(node.body, node.type === 'with' ? value : dot, variables);
        this.#isItem = wasItem;
      } else flow = this.walk(node.otherwise, dot, variables);
    }
    variables.length = mark;
    return flow;
  }

  #range(node: Extract<TemplateNode, { type: 'if' | 'with' | 'range' }>, dot: Value, variables: Variable[]): Flow {
    const { declare } = node.pipeline;
    const value = this.#pipeline(node.pipeline, dot, variables);
    const entries = this.#entries(node.pipeline, value);
    const mark = variables.length;
    for (const [key, item] of entries) {
      const [first, second] = declare.length > 1 ? [key, item] : [item, undefined];
      declare.forEach((name, at) => {
        const next = at === 0 ? first : second;
        const known = variables.findLast((variable) => variable.name === name);
        // Declared by the pipeline above with the whole value; each turn gives it its own.
        if (known !== undefined) known.value = next;
      });
      const wasItem = this.#isItem;
      this.#isItem = isList(value) || isMap(value);
      const flow = this.walk(node.body, item, variables);
      this.#isItem = wasItem;
      variables.length = mark;
      if (flow === 'break') return undefined;
    }
    return entries.length === 0 ? this.walk(node.otherwise, dot, variables) : undefined;
  }

  #entries(pipeline: Pipeline, value: Value): readonly (readonly [Value, Value])[] {
    if (value === undefined || value === null) return [];
    if (isList(value)) return value.map((item, at) => [new NumberValue(at, 'int'), valueFrom(item)]);
    if (isMap(value)) {
      return Object.keys(value)
        .sort()
        .map((key) => [key, valueFrom(value[key])]);
    }
    if (value instanceof NumberValue && value.type !== 'float64') {
      return Array.from({ length: Math.max(0, value.number) }, (_, at) => [undefined, new NumberValue(at, value.type)]);
    }
    throw this.#fail(pipeline.at, pipeline.text, `range can't iterate over ${format(value)}`);
  }

  #call(node: Extract<TemplateNode, { type: 'template' }>, dot: Value, variables: Variable[]): Flow {
    const shown = `{{template ${goQuote(node.name)}${node.pipeline === undefined ? '' : ` ${node.pipeline.text}`}}}`;
    const body = this.#template.defined.get(node.name);
    if (body === undefined) throw this.#fail(node.at, shown, `template ${goQuote(node.name)} not defined`);
    if (this.#depth >= MAX_DEPTH) throw this.#fail(node.at, shown, `exceeded maximum template depth (${MAX_DEPTH})`);
    const value = node.pipeline === undefined ? undefined : this.#pipeline(node.pipeline, dot, variables);
    const outer = this.#name;
    const wasItem = this.#isItem;
    this.#isItem = false;
    this.#depth++;
    this.walk(body, value, [{ name: '$', value }], node.name);
    this.#depth--;
    this.#isItem = wasItem;
    this.#name = outer;
    return undefined;
  }

  #pipeline(pipeline: Pipeline, dot: Value, variables: Variable[]): Value {
    let value: Final = MISSING;
    for (const command of pipeline.commands) value = this.#command(command, dot, variables, value);
    const result = value === MISSING ? undefined : value;
    for (const name of pipeline.declare) {
      if (!pipeline.assigns) {
        variables.push({ name, value: result });
        continue;
      }
      const known = variables.findLast((variable) => variable.name === name);
      if (known === undefined) {
        const { at, text } = lastRead(pipeline);
        throw this.#fail(at, text, `undefined variable: ${name}`);
      }
      known.value = result;
    }
    return result;
  }

  #command({ args, at, text }: CommandNode, dot: Value, variables: Variable[], final: Final): Value {
    const [first, ...rest] = args;
    if (first === undefined) return undefined;
    if (first.type === 'function') return this.#function(first, rest, { at, text }, dot, variables, final);
    const hasArguments = rest.length > 0 || final !== MISSING;
    if (hasArguments && (first.type === 'field' || first.type === 'variable' || first.type === 'chain')) {
      const { path } = first;
      if (path.length === 0) {
        throw this.#fail(first.at, first.text, `can't give argument to non-function ${first.text}`);
      }
      const receiver = this.#operand({ ...first, path: path.slice(0, -1) }, dot, variables);
      // Of what is missing nothing is asked.
      if (receiver === undefined) return undefined;
      if (!isMap(receiver)) return this.#operand(first, dot, variables);
      throw this.#fail(first.at, first.text, `${path.at(-1)} is not a method but has arguments`);
    }
    if (hasArguments && first.type === 'pipeline') {
      throw this.#fail(at, text, `can't give argument to non-function ${first.pipeline.text}`);
    }
    if (hasArguments) throw this.#fail(first.at, first.text, `can't give argument to non-function ${first.text}`);
    if (first.type === 'nil') throw this.#fail(first.at, first.text, 'nil is not a command');
    return this.#operand(first, dot, variables);
  }

  #operand(operand: Operand, dot: Value, variables: Variable[]): Value {
    switch (operand.type) {
      case 'dot':
        return dot;
      case 'nil':
        return null;
      case 'literal': {
        const { value } = operand;
        return typeof value === 'object' ? new NumberValue(value.number, value.isFloat ? 'float64' : 'int') : value;
      }
      case 'field':
        return this.#path(dot, operand, this.#isItem);
      case 'variable':
        return this.#path(this.#variable(operand, variables), operand);
      case 'chain':
        if (operand.base.type === 'nil')
          throw this.#fail(operand.at, operand.text, 'indirection through explicit nil in nil');
        return this.#path(this.#operand(operand.base, dot, variables), { ...lastOf(operand.base), path: operand.path });
      case 'pipeline':
        return this.#pipeline(operand.pipeline, dot, variables);
      case 'function':
        return this.#function(operand, [], operand, dot, variables, MISSING);
    }
  }

  /** @throws {TemplateError} for one that is declared by what is just being read */
  #variable({ at, text, name }: Extract<Operand, { type: 'variable' }>, variables: readonly Variable[]): Value {
    const found = variables.findLast((variable) => variable.name === name);
    if (found === undefined) throw this.#fail(at, text, `undefined variable: ${name}`);
    return found.value;
  }

  #path(
    start: Value,
    { at, text, path }: { readonly at: number; readonly text: string; readonly path: readonly string[] },
    isItem = false,
  ): Value {
    let value = start;
    for (const [step, name] of path.entries()) {
      if (value === undefined) {
        if (this.#requireKeys) throw this.#fail(at, text, `nil data; no entry for key ${goQuote(name)}`);
        return undefined;
      }
      if (value === null) throw this.#fail(at, text, `nil pointer evaluating interface {}.${name}`);
      if (!isMap(value)) {
        const type = step > 0 || isItem ? 'interface {}' : typeName(value);
        throw this.#fail(at, text, `can't evaluate field ${name} in type ${type}`);
      }
      if (Object.hasOwn(value, name)) value = valueFrom(value[name]);
      else if (this.#requireKeys) throw this.#fail(at, text, `map has no entry for key ${goQuote(name)}`);
      else value = undefined;
    }
    return value;
  }

  #function(
    { at, text, name }: Extract<Operand, { type: 'function' }>,
    rest: readonly Operand[],
    whole: { readonly at: number; readonly text: string },
    dot: Value,
    variables: Variable[],
    final: Final,
  ): Value {
    if (name === 'and' || name === 'or') return this.#logic(name, { at, text }, rest, dot, variables, final);
    const definition = name === 'call' ? callOf(calleeText(rest[0])) : FUNCTIONS[name];
    const count = rest.length + (final === MISSING ? 0 : 1);
    if (definition === undefined) throw this.#fail(at, text, `call of non-function ${name}`);
    if (count < definition.least || count > definition.most) {
      const wanted =
        definition.most === definition.least ? `want ${definition.least}` : `want at least ${definition.least}`;
      throw this.#fail(at, text, `wrong number of args for ${name}: ${wanted} got ${count}`);
    }
    const args = rest.map((operand, index) => {
      const value = this.#operand(operand, dot, variables);
      if (index === 0 && OF_TEXTS.has(name)) this.#demandText(operand, value);
      return value;
    });
    if (final !== MISSING) args.push(final);
    try {
      return definition.call(args);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      throw this.#fail(whole.at, whole.text, `error calling ${name}: ${error.message}`);
    }
  }

  /** @throws {TemplateError} where a text is wanted and something else stands */
  #demandText(operand: Operand, value: Value): void {
    if (typeof value === 'string') return;
    const { at, text, type } = operand;
    if (type === 'nil') throw this.#fail(at, text, 'cannot assign nil to string');
    if (type === 'literal') throw this.#fail(at, text, `expected string; found ${text}`);
    if (value === undefined) throw this.#fail(at, text, 'invalid value; expected string');
    throw this.#fail(at, text, `wrong type for value; expected string; got ${typeName(value)}`);
  }

  /** `and` and `or` stop at the argument that decides. */
  #logic(
    name: 'and' | 'or',
    { at, text }: { readonly at: number; readonly text: string },
    rest: readonly Operand[],
    dot: Value,
    variables: Variable[],
    final: Final,
  ): Value {
    if (rest.length === 0 && final === MISSING)
      throw this.#fail(at, text, `wrong number of args for ${name}: want at least 1 got 0`);
    let value: Value;
    for (const operand of rest) {
      value = this.#operand(operand, dot, variables);
      if (isTrue(value) === (name === 'or')) return value;
    }
    return final === MISSING ? value : final;
  }
}

/** What stands in brackets is named without them. */
const calleeText = (operand: Operand | undefined): string | undefined =>
  operand?.type === 'pipeline' ? operand.pipeline.text : operand?.text;

/** What was looked at last when an operand has its value: mistakes are told of there. */
/** The operand of a pipeline that was read last: there Go is when it has its value. */
function lastRead(pipeline: Pipeline): { readonly at: number; readonly text: string } {
  let last = pipeline.commands.at(-1)?.args.at(-1);
  while (last?.type === 'chain') last = last.base;
  return last?.type === 'pipeline' ? lastRead(last.pipeline) : (last ?? pipeline);
}

function lastOf(operand: Operand): { readonly at: number; readonly text: string } {
  if (operand.type !== 'pipeline') return operand;
  const last = operand.pipeline.commands.at(-1)?.args.at(-1);
  return last === undefined ? operand : lastOf(last);
}
