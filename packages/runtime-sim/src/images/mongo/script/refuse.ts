import type { AnyNode, Node } from 'acorn';
import { ScriptSyntaxError } from './syntax-error.ts';

/** Refuses what the interpreter does not run, before anything has run. @throws {ScriptSyntaxError} */
export function refuseUnknown(body: readonly Node[], script: string): void {
  for (const node of body) refuse(node, script);
}

function refuse(node: Node, script: string): void {
  const what = unknown(node as AnyNode);
  if (what !== undefined) throw new ScriptSyntaxError(`The simulated mongosh has no ${what}.`, script, node.start);
  for (const part of Object.values(node) as unknown[]) {
    if (isNode(part)) refuse(part, script);
    else if (Array.isArray(part)) for (const each of part as unknown[]) if (isNode(each)) refuse(each, script);
  }
}

const isNode = (part: unknown): part is Node => typeof part === 'object' && part !== null && 'type' in part;

/** What there is none of, in the words of the language; undefined where the interpreter runs it. */
function unknown(node: AnyNode): string | undefined {
  switch (node.type) {
    case 'Literal':
      return node.regex !== undefined ? 'regular expressions' : node.bigint !== undefined ? 'bigints' : undefined;
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return node.generator ? 'generators' : undefined;
    case 'ForOfStatement':
      return node.await ? "'for await'" : undefined;
    case 'Property':
      return node.kind === 'init' ? undefined : 'getters and setters';
    case 'BinaryExpression':
      return node.operator === 'instanceof' ? "'instanceof'" : undefined;
    case 'ArrayExpression':
    case 'ArrayPattern':
    case 'AssignmentExpression':
    case 'AssignmentPattern':
    case 'AwaitExpression':
    case 'BlockStatement':
    case 'BreakStatement':
    case 'CallExpression':
    case 'CatchClause':
    case 'ChainExpression':
    case 'ConditionalExpression':
    case 'ContinueStatement':
    case 'DoWhileStatement':
    case 'EmptyStatement':
    case 'ExpressionStatement':
    case 'ForInStatement':
    case 'ForStatement':
    case 'Identifier':
    case 'IfStatement':
    case 'LabeledStatement':
    case 'LogicalExpression':
    case 'MemberExpression':
    case 'NewExpression':
    case 'ObjectExpression':
    case 'ObjectPattern':
    case 'RestElement':
    case 'ReturnStatement':
    case 'SequenceExpression':
    case 'SpreadElement':
    case 'SwitchCase':
    case 'SwitchStatement':
    case 'TemplateElement':
    case 'TemplateLiteral':
    case 'ThrowStatement':
    case 'TryStatement':
    case 'UnaryExpression':
    case 'UpdateExpression':
    case 'VariableDeclaration':
    case 'VariableDeclarator':
    case 'WhileStatement':
      return undefined;
    default:
      return NAMES[node.type] ?? `'${node.type}'`;
  }
}

const NAMES: Readonly<Record<string, string>> = {
  ClassDeclaration: "'class'",
  ClassExpression: "'class'",
  DebuggerStatement: "'debugger'",
  ImportExpression: "'import'",
  MetaProperty: "'new.target'",
  Super: "'super'",
  TaggedTemplateExpression: 'tagged templates',
  ThisExpression: "'this'",
  WithStatement: "'with'",
};
