import type {
  ArithmeticExpansionPart,
  CommandExpansionPart,
  DoubleQuotedChild,
  ParameterExpansionPart,
  ParsedScript,
  ProcessSubstitutionPart,
  Word,
  WordPart,
} from 'unbash';
import type { FsView } from '../file-system/fs-view.ts';
import { evaluateArithmetic } from './arithmetic.ts';
import { braceAlternatives } from './braces.ts';
import { ShellError } from './control.ts';
import type { Steps } from './drive.ts';
import { append, Fields } from './fields.ts';
import { expandGlob } from './glob.ts';
import { parseScript } from './parse.ts';
import { hasGlob, quotePattern, removeMatch, replaceMatch, unquotePattern } from './pattern.ts';

/** What expansions need of the shell that they happen in. */
export interface ExpansionScope {
  readonly fs: FsView;
  readonly noGlob: boolean;
  /** `set -u` */
  readonly noUnset: boolean;
  /** A variable, positional or special parameter; undefined when unset. */
  parameter(name: string): string | undefined;
  readonly positional: readonly string[];
  assign(name: string, value: string): void;
  /** Runs a command substitution; what it wrote, newlines at the end cut. */
  substitute(script: ParsedScript | undefined, source: string): Promise<string>;
  home(user: string): string | undefined;
  /** bash: braces are expanded, and `<(…)` is a file. */
  readonly isBash: boolean;
  /** Runs `<(…)` or `>(…)`; the name of a file that leads to it. */
  substituteProcess(part: ProcessSubstitutionPart): string;
}

/** A word becomes any number of fields: expanded, split at IFS, looked up in directories, quotes gone. */
export function* expandFields(word: Word, scope: ExpansionScope): Steps<string[]> {
  if (word.parts === undefined) return [plainWord(word, scope)];
  const braced = scope.isBash ? word.parts.find(({ type }) => type === 'BraceExpansion') : undefined;
  if (braced !== undefined) {
    const alternatives = braceAlternatives(braced.text);
    if (alternatives.length > 1) return yield* expandBraces(word, braced, alternatives, scope);
  }
  const fields = new Fields(scope.parameter('IFS') ?? ' \t\n');
  for (const [index, part] of word.parts.entries()) yield* expandPart(part, scope, fields, index === 0);
  const out: string[] = [];
  for (const pattern of fields.finish()) {
    if (scope.noGlob || !hasGlob(pattern)) out.push(unquotePattern(pattern));
    else {
      const names = expandGlob(scope.fs, pattern);
      if (names.length === 0) out.push(unquotePattern(pattern));
      else append(out, names);
    }
  }
  return out;
}

/** Each alternative is a word of its own, as it would have been written. */
function* expandBraces(
  word: Word,
  braced: WordPart,
  alternatives: readonly string[],
  scope: ExpansionScope,
): Steps<string[]> {
  const out: string[] = [];
  const at = word.parts?.slice(0, word.parts.indexOf(braced)).reduce((sum, { text }) => sum + text.length, 0) ?? 0;
  for (const alternative of alternatives) {
    const text = word.text.slice(0, at) + alternative + word.text.slice(at + braced.text.length);
    const command = parseScript(`: ${text}`).script.commands[0]?.command;
    const argument = command?.type === 'Command' ? command.args[0] : undefined;
    if (argument?.type === 'Word') append(out, yield* expandFields(argument, scope));
  }
  return out;
}

/** A word becomes one text: no splitting, no globbing (assignments, redirections, `case`). */
export function* expandText(word: Word | undefined, scope: ExpansionScope): Steps<string> {
  if (word === undefined) return '';
  if (word.parts === undefined) return plainWord(word, scope);
  return unquotePattern(yield* expandPattern(word, scope));
}

/** The value of an assignment: a tilde after `=` or `:` means a home directory. */
export function* expandAssigned(word: Word, scope: ExpansionScope): Steps<string> {
  const text = yield* expandText(word, scope);
  if (word.parts !== undefined || word.text !== word.value || !text.includes('~')) return text;
  return text
    .split(':')
    .map((part) => tilde(part, scope))
    .join(':');
}

/** A word becomes a pattern: what was quoted matches itself. */
export function* expandPattern(word: Word, scope: ExpansionScope): Steps<string> {
  if (word.parts === undefined) return quotePattern(plainWord(word, scope));
  const fields = new Fields(undefined);
  for (const [index, part] of word.parts.entries()) yield* expandPart(part, scope, fields, index === 0);
  return fields.finish().join(' ');
}

/** The body of a here-document. */
export function* expandParts(parts: readonly WordPart[], scope: ExpansionScope): Steps<string> {
  const fields = new Fields(undefined);
  for (const part of parts) {
    if (part.type === 'Literal') fields.quoted(part.value);
    else yield* expandQuoted(part as DoubleQuotedChild, scope, fields);
  }
  return unquotePattern(fields.finish().join(' '));
}

function plainWord(word: Word, scope: ExpansionScope): string {
  return word.text[0] === '~' ? tilde(word.value, scope) : word.value;
}

function tilde(text: string, scope: ExpansionScope): string {
  const match = /^~([\w.-]*)(?=\/|$)/.exec(text);
  if (match === null) return text;
  const home = match[1] === '' ? scope.parameter('HOME') : scope.home(match[1] as string);
  return home === undefined ? text : home + text.slice(match[0].length);
}

function* expandPart(part: WordPart, scope: ExpansionScope, fields: Fields, first: boolean): Steps<void> {
  switch (part.type) {
    case 'Literal':
      fields.quoted(first && part.text[0] === '~' ? tilde(part.value, scope) : part.value);
      return;
    case 'Glob':
      if (part.kind !== 'bracket') fields.pattern(part.value);
      else {
        // What is expanded inside the brackets is part of the pattern.
        fields.pattern('[');
        for (const child of part.parts) {
          if (child.type === 'Literal') fields.pattern(child.text);
          else yield* expandPart(child, scope, fields, false);
        }
        fields.pattern(']');
      }
      return;
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      fields.quoted(part.value);
      return;
    case 'DoubleQuoted':
    case 'LocaleString': {
      // "" is a field, "$@" without parameters is none.
      if (part.parts.length === 0) fields.quoted('');
      const onlyAll = part.parts.length === 1 && isAll(part.parts[0]);
      if (part.parts.length > 0 && !onlyAll) fields.quoted('');
      for (const child of part.parts) yield* expandQuoted(child, scope, fields);
      return;
    }
    case 'SimpleExpansion': {
      const name = part.text.slice(1);
      if (name === '@' || name === '*') expandAll(name, scope, fields, false);
      else fields.split(parameterValue(name, scope));
      return;
    }
    case 'ParameterExpansion':
      yield* expandParameter(part, scope, fields, false);
      return;
    case 'CommandExpansion':
      fields.split(yield* substituted(part, scope));
      return;
    case 'ArithmeticExpansion':
      fields.split(yield* arithmetic(part, scope));
      return;
    case 'ProcessSubstitution':
      fields.quoted(scope.substituteProcess(part));
      return;
    default:
      // Braces and extended patterns mean nothing to a POSIX shell.
      fields.pattern(part.text);
  }
}

function* expandQuoted(part: DoubleQuotedChild, scope: ExpansionScope, fields: Fields): Steps<void> {
  switch (part.type) {
    case 'Literal':
      fields.quoted(part.value);
      return;
    case 'SimpleExpansion': {
      const name = part.text.slice(1);
      if (name === '@' || name === '*') expandAll(name, scope, fields, true);
      else fields.quoted(parameterValue(name, scope));
      return;
    }
    case 'ParameterExpansion':
      yield* expandParameter(part, scope, fields, true);
      return;
    case 'CommandExpansion':
      fields.quoted(yield* substituted(part, scope));
      return;
    default:
      fields.quoted(yield* arithmetic(part, scope));
  }
}

function isAll(part: DoubleQuotedChild | undefined): boolean {
  if (part?.type === 'SimpleExpansion') return part.text === '$@';
  return part?.type === 'ParameterExpansion' && part.parameter === '@' && part.operation === undefined;
}

function expandAll(name: string, { positional, parameter }: ExpansionScope, fields: Fields, quoted: boolean): void {
  if (quoted && (name === '*' || !fields.splits)) {
    const ifs = parameter('IFS');
    fields.quoted(positional.join(name === '@' ? ' ' : ifs === undefined ? ' ' : (ifs[0] ?? '')));
    return;
  }
  positional.forEach((value, index) => {
    if (index > 0) {
      if (fields.splits) fields.cut();
      else fields.quoted(' ');
    }
    if (quoted) fields.quoted(value);
    else fields.split(value);
  });
}

function parameterValue(name: string, scope: ExpansionScope): string {
  const value = scope.parameter(name);
  if (value === undefined && scope.noUnset) throw new ShellError(`${name}: parameter not set`);
  return value ?? '';
}

function* expandParameter(
  part: ParameterExpansionPart,
  scope: ExpansionScope,
  fields: Fields,
  quoted: boolean,
): Steps<void> {
  const { parameter: name, prefix, operation } = part;
  if (part.index !== undefined || prefix === '!' || name === '') throw new ShellError('syntax error: bad substitution');
  const put = (text: string): void => (quoted ? fields.quoted(text) : fields.split(text));
  if (prefix === '#') {
    const length = name === '@' || name === '*' ? scope.positional.length : [...parameterValue(name, scope)].length;
    put(String(length));
    return;
  }
  if (operation === undefined) {
    if (name === '@' || name === '*') expandAll(name, scope, fields, quoted);
    else put(parameterValue(name, scope));
    return;
  }
  const all = name === '@' || name === '*';
  const value = all ? (scope.positional.length === 0 ? undefined : scope.positional.join(' ')) : scope.parameter(name);
  switch (operation.type) {
    case 'Default': {
      const { operator, operand } = operation;
      const missing = value === undefined || (operator[0] === ':' && value === '');
      switch (operator.at(-1)) {
        case '+':
          if (!missing) yield* expandOperand(operand, scope, fields, quoted);
          else if (quoted) fields.quoted('');
          return;
        case '-':
          if (missing) yield* expandOperand(operand, scope, fields, quoted);
          else if (all) expandAll(name, scope, fields, quoted);
          else put(value ?? '');
          return;
        case '=': {
          if (missing) scope.assign(name, yield* expandText(operand, scope));
          put(scope.parameter(name) ?? '');
          return;
        }
        default: {
          if (!missing) {
            put(value ?? '');
            return;
          }
          const message = yield* expandText(operand, scope);
          throw new ShellError(
            `${name}: ${message === '' ? `parameter ${operator[0] === ':' ? 'not set or null' : 'not set'}` : message}`,
          );
        }
      }
    }
    case 'Remove': {
      if (value === undefined && scope.noUnset) parameterValue(name, scope);
      const pattern = yield* expandPattern(operation.operand, scope);
      const longest = operation.operator.length === 2;
      put(removeMatch(value ?? '', pattern, operation.operator[0] === '#' ? 'start' : 'end', longest));
      return;
    }
    case 'Replace': {
      const pattern = yield* expandPattern(operation.pattern, scope);
      put(replaceMatch(value ?? '', pattern, yield* expandText(operation.replacement, scope), operation.operator));
      return;
    }
    case 'Slice': {
      const offset = Number(evaluate(yield* expandText(operation.offset, scope), scope));
      const length =
        operation.length === undefined
          ? undefined
          : Number(evaluate(yield* expandText(operation.length, scope), scope));
      const text = value ?? '';
      const from = offset < 0 ? Math.max(0, text.length + offset) : offset;
      put(text.slice(from, length === undefined ? undefined : length < 0 ? text.length + length : from + length));
      return;
    }
    case 'CaseModification': {
      const upper = operation.operator[0] === '^';
      const change = (text: string): string => (upper ? text.toUpperCase() : text.toLowerCase());
      const text = value ?? '';
      put(operation.operator.length === 2 ? change(text) : change(text.slice(0, 1)) + text.slice(1));
      return;
    }
    default:
      throw new ShellError('syntax error: bad substitution');
  }
}

/** The word of `${x:-word}`: quotes in it count, and unquoted expansions in it are split. */
function* expandOperand(word: Word, scope: ExpansionScope, fields: Fields, quoted: boolean): Steps<void> {
  if (quoted) {
    fields.quoted(yield* expandText(word, scope));
    return;
  }
  if (word.parts === undefined) {
    if (word.text === word.value) fields.split(plainWord(word, scope));
    else fields.quoted(word.value);
    return;
  }
  for (const [index, part] of word.parts.entries()) {
    if (part.type === 'Literal' && part.text === part.value) fields.split(part.value);
    else yield* expandPart(part, scope, fields, index === 0);
  }
}

function* substituted(part: CommandExpansionPart, scope: ExpansionScope): Steps<string> {
  return (yield scope.substitute(part.script, part.text)) as string;
}

function* arithmetic(part: ArithmeticExpansionPart, scope: ExpansionScope): Steps<string> {
  return String(evaluate(yield* expandArithmetic(part.text.slice(3, -2), scope), scope));
}

/** Expansions inside `$((…))`, as if it stood in double quotes. */
export function* expandArithmetic(text: string, scope: ExpansionScope): Steps<string> {
  if (!/[$`"\\]/.test(text)) return text;
  const simple = text.replace(/\$(?:(\w+)|\{(\w+)\}|([#?]))/g, (_, a, b, c) =>
    parameterValue(a?.[0] >= '0' && a?.[0] <= '9' ? a[0] : (a ?? b ?? c), scope),
  );
  if (!/[$`"\\]/.test(simple) && !/\$\d\d/.test(text)) return simple;
  const { script } = parseScript(`: "${text.replaceAll('"', '')}"`);
  const command = script.commands[0]?.command;
  const word = command?.type === 'Command' ? command.args[0] : undefined;
  return word?.type === 'Word' ? yield* expandText(word, scope) : text;
}

export function evaluate(text: string, scope: ExpansionScope): bigint {
  return evaluateArithmetic(text, {
    get: (name) => {
      const value = scope.parameter(name);
      if (value === undefined && scope.noUnset) throw new ShellError(`${name}: parameter not set`);
      return value;
    },
    set: (name, value) => scope.assign(name, value),
  });
}
