import { type CallExpression, type CelIssue, childrenOf, type Expression } from './expression.ts';
import { formatIssue } from './format-issue.ts';
import { regexp } from './library/regex.ts';
import { parseGoDuration, parseTimestamp } from './time.ts';
import { type CelType, DYN, formatType, sameType } from './types.ts';
import { CelError } from './values.ts';

/**
 * What is wrong with what is written down in a checked expression: patterns, durations and moments that cannot be read,
 * lists and maps of unlike things, texts that are filled in with what they have no place for.
 * @see https://github.com/google/cel-go/blob/v0.22.0/cel/validator.go
 */
export function literalIssues(expression: Expression): readonly CelIssue[] {
  const issues: CelIssue[] = [];
  look(expression, false, issues);
  return issues.sort((a, b) => a.at - b.at);
}

/** @param inFormat somewhere below a call of `format`, whose list may hold anything */
function look(node: Expression, inFormat: boolean, issues: CelIssue[]): void {
  const below = inFormat || (node.kind === 'call' && node.function === 'format');
  for (const each of childrenOf(node)) look(each, below, issues);
  if (node.kind === 'call') {
    const issue = argumentIssue(node) ?? formatIssue(node);
    if (issue !== undefined) issues.push(issue);
  } else if (!inFormat && node.kind === 'list') {
    const [first, ...others] = node.items.map((each, i) => [each, inside(each, node.optional?.has(i))] as const);
    const other = first && others.find(([, type]) => !sameType(first[1], type));
    if (first && other) issues.push(unlike(other[0], first[1], other[1]));
  } else if (!inFormat && node.kind === 'map') {
    const [first, ...others] = node.entries;
    if (first === undefined) return;
    const keys = inside(first[0]);
    const values = inside(first[1], node.optional?.has(0));
    for (const [i, [key, value]] of others.entries()) {
      const found = inside(value, node.optional?.has(i + 1));
      if (!sameType(keys, inside(key))) issues.push(unlike(key, keys, inside(key)));
      if (!sameType(values, found)) issues.push(unlike(value, values, found));
    }
  }
}

/** Of an optional entry, the type of what is in it. */
const inside = ({ type = DYN }: Expression, optional = false): CelType => (optional ? (type.params[0] ?? DYN) : type);

const unlike = ({ at }: Expression, wanted: CelType, got: CelType): CelIssue => ({
  at,
  text: `expected type '${formatType(wanted)}' but found '${formatType(got)}'`,
});

function argumentIssue({ function: name, target, args }: CallExpression): CelIssue | undefined {
  const [literal] = args;
  if (literal?.kind !== 'literal' || typeof literal.value !== 'string' || reads(name, target, literal.value)) {
    return undefined;
  }
  return { at: literal.at, text: `invalid ${name} argument` };
}

function reads(name: string, target: Expression | undefined, text: string): boolean {
  if (name === 'matches') return isPattern(text);
  if (target !== undefined) return true;
  if (name === 'duration') return parseGoDuration(text) !== undefined;
  return name !== 'timestamp' || parseTimestamp(text) !== undefined;
}

function isPattern(text: string): boolean {
  try {
    regexp(text);
    return true;
  } catch (error) {
    if (error instanceof CelError) return false;
    throw error;
  }
}
