import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js';
import type { CallExpression, CelIssue, Expression, LiteralExpression } from './expression.ts';
import { expandMacro } from './macros.ts';
import { type PlainSyntax, plainSyntax } from './syntax.ts';

/** Kubernetes stops at expressions of this depth. */
const MAX_DEPTH = 250;
const MAX_NODES = 100_000;

/**
 * Reads an expression and writes its macros out.
 * @returns what is wrong with it instead, at least one thing
 * @throws {RangeError} it is nested too deep
 */
export function parseCel(text: string): Expression | readonly CelIssue[] {
  const syntax = plainSyntax(text);
  let tree: ASTNode;
  try {
    tree = parser().parse(syntax.text).ast;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    if (/maxDepth/i.test(error.summary)) throw new RangeError(error.summary);
    return [{ at: error.range?.start ?? 0, text: parseProblem(error, text) }];
  }
  const issues: CelIssue[] = [];
  const expression = convert(tree, { issues, syntax });
  return issues.length > 0 ? issues : expression;
}

let shared: Environment | undefined;

function parser(): Environment {
  shared ??= new Environment({
    unlistedVariablesAreDyn: true,
    enableOptionalTypes: true,
    homogeneousAggregateLiterals: false,
    limits: {
      maxAstNodes: MAX_NODES,
      maxDepth: MAX_DEPTH,
      maxListElements: MAX_NODES,
      maxMapEntries: MAX_NODES,
      maxCallArguments: MAX_NODES,
    },
  });
  return shared;
}

function parseProblem({ code, summary, range }: ParseError, source: string): string {
  if (code === 'invalid_macro_argument') {
    return /^(map|filter)/.test(summary) ? 'argument is not an identifier' : 'argument must be a simple name';
  }
  if (summary.startsWith('Expected IDENTIFIER') && range) {
    const before = source.slice(0, range.start).lastIndexOf('.');
    return `Syntax error: no viable alternative at input '${source.slice(before, range.end).trim()}'`;
  }
  const word = /^Reserved identifier: (\w+)$/.exec(summary)?.[1];
  if (word !== undefined) return `reserved identifier: ${word}`;
  return `Syntax error: ${summary.slice(0, 1).toLowerCase()}${summary.slice(1)}`;
}

const BINARY: Readonly<Record<string, string>> = {
  '!=': '_!=_',
  '==': '_==_',
  '+': '_+_',
  '-': '_-_',
  '*': '_*_',
  '/': '_/_',
  '%': '_%_',
  '<': '_<_',
  '<=': '_<=_',
  '>': '_>_',
  '>=': '_>=_',
  '||': '_||_',
  '&&': '_&&_',
};

interface Conversion {
  readonly issues: CelIssue[];
  readonly syntax: PlainSyntax;
}

function convert(node: ASTNode, conversion: Conversion): Expression {
  const { issues, syntax } = conversion;
  const inner = (each: ASTNode): Expression => convert(each, conversion);
  const isAbsolute = syntax.absolute.has(node.start);
  switch (node.op) {
    case 'value':
      return literal(syntax.doubles.get(node.start) ?? node.args, node.start, issues);
    case 'id':
      return { kind: 'ident', name: node.args, at: node.start, ...(isAbsolute && { absolute: true }) };
    case '.':
    case '.?': {
      const [operand, field] = node.args;
      const at = after(node.input, operand.end, '.');
      return { kind: 'select', operand: inner(operand), field, at, test: false, optional: node.op === '.?' };
    }
    case '[]':
    case '[?]': {
      const [operand, index] = node.args;
      const args = [inner(operand), inner(index)];
      return {
        kind: 'call',
        function: node.op === '[]' ? '_[_]' : '_[?_]',
        args,
        at: after(node.input, operand.end, '['),
      };
    }
    case 'call': {
      const [name, args] = node.args;
      const call: CallExpression = {
        kind: 'call',
        function: name,
        args: args.map(inner),
        at: after(node.input, node.start + name.length, '('),
        ...(isAbsolute && { absolute: true }),
      };
      return syntax.messages.has(call.at) ? message(call) : expandMacro(call, issues);
    }
    case 'rcall': {
      const [name, target, args] = node.args;
      const dot = after(node.input, target.end, '.');
      const call: CallExpression = {
        kind: 'call',
        function: name,
        target: inner(target),
        args: args.map(inner),
        at: after(node.input, node.input.indexOf(name, dot) + name.length, '('),
      };
      return syntax.messages.has(call.at) ? message(call) : expandMacro(call, issues);
    }
    case 'list':
      return { kind: 'list', items: node.args.map(inner), at: node.start, ...optionals(node, syntax) };
    case 'map': {
      const entries = node.args.map(([key, value]) => [inner(key), inner(value)] as const);
      return { kind: 'map', entries, at: node.start, ...optionals(node, syntax) };
    }
    case '?:': {
      const [condition, yes, no] = node.args;
      const at = after(node.input, condition.end, '?');
      return { kind: 'call', function: '_?_:_', args: [inner(condition), inner(yes), inner(no)], at };
    }
    case '!_':
      return { kind: 'call', function: '!_', args: [inner(node.args)], at: node.start };
    case '-_': {
      const { args } = node;
      if (args.op === 'value' && (typeof args.args === 'bigint' || typeof args.args === 'number')) {
        return literal(-args.args, node.start, issues);
      }
      return { kind: 'call', function: '-_', args: [inner(args)], at: node.start };
    }
    case 'in': {
      const [left, right] = node.args;
      return {
        kind: 'call',
        function: '@in',
        args: [inner(left), inner(right)],
        at: after(node.input, left.end, 'in'),
      };
    }
    default: {
      const [left, right] = node.args;
      const name = BINARY[node.op] ?? node.op;
      return {
        kind: 'call',
        function: name,
        args: [inner(left), inner(right)],
        at: after(node.input, left.end, node.op),
      };
    }
  }
}

function optionals({ start }: ASTNode, { optional }: PlainSyntax): { readonly optional?: ReadonlySet<number> } {
  const found = optional.get(start);
  return found === undefined ? {} : { optional: found };
}

/** What was written with braces, and reads like a call by now. */
function message({ function: name, target, args, at, absolute }: CallExpression): Expression {
  const path = (node: Expression | undefined): string =>
    node?.kind === 'select'
      ? `${path(node.operand)}${node.field}.`
      : node?.kind === 'ident'
        ? `${node.absolute === true ? '.' : ''}${node.name}.`
        : absolute === true
          ? '.'
          : '';
  return { kind: 'message', name: `${path(target)}${name}`, values: args, at };
}

const MAX_INT = 2n ** 63n - 1n;
const MAX_UINT = 2n ** 64n - 1n;

function literal(value: unknown, at: number, issues: CelIssue[]): LiteralExpression {
  const of = (kind: LiteralExpression['literal'], plain: LiteralExpression['value']): LiteralExpression => ({
    kind: 'literal',
    literal: kind,
    value: plain,
    at,
  });
  switch (typeof value) {
    case 'boolean':
      return of('bool', value);
    case 'bigint':
      if (value > MAX_INT || value < -MAX_INT - 1n) issues.push({ at, text: 'invalid int literal' });
      return of('int', value);
    case 'number':
      return of('double', value);
    case 'string':
      return of('string', value);
    default: {
      if (value === null) return of('null_type', null);
      if (value instanceof Uint8Array) return of('bytes', value);
      const unsigned = BigInt(String(value));
      if (unsigned > MAX_UINT) issues.push({ at, text: 'invalid uint literal' });
      return of('uint', unsigned);
    }
  }
}

/** Where a symbol stands after an operand: spaces, comments and closing parentheses may stand between. */
function after(text: string, from: number, symbol: string): number {
  let at = from;
  while (at < text.length && !text.startsWith(symbol, at)) {
    const newLine = text.startsWith('//', at) ? text.indexOf('\n', at) : -1;
    at = newLine < 0 ? at + 1 : newLine + 1;
  }
  return at < text.length ? at : from;
}
