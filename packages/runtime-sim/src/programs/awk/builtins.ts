import type { Process } from '@tabernetes/node-api';
import { Failure } from '../support/command.ts';
import { formatDate } from '../support/date-format.ts';
import { safeRegExp } from '../support/linear-regexp.ts';
import type { Expr } from './ast.ts';
import type { Memory } from './memory.ts';
import type { Streams } from './streams.ts';
import { fromInput, toNumber, type Value } from './values.ts';

/** What the functions of the language need of the program that calls them. */
export interface BuiltinDeps {
  readonly process: Process;
  readonly memory: Memory;
  readonly streams: Streams;
  readonly evaluate: (expr: Expr) => Promise<Value | undefined>;
  readonly store: (target: Expr, value: Value) => Promise<void>;
  /** What `srand` was given last. */
  readonly state: { seed: number };
}

const NUMERIC_BUILTINS: Readonly<Record<string, (x: number, y: number) => number>> = {
  int: (x) => Math.trunc(x),
  sqrt: (x) => Math.sqrt(x),
  exp: (x) => Math.exp(x),
  log: (x) => Math.log(x),
  sin: (x) => Math.sin(x),
  cos: (x) => Math.cos(x),
  atan2: (x, y) => Math.atan2(x, y),
  and: (x, y) => Number(BigInt(x) & BigInt(y)),
  or: (x, y) => Number(BigInt(x) | BigInt(y)),
  xor: (x, y) => Number(BigInt(x) ^ BigInt(y)),
  lshift: (x, y) => x * 2 ** y,
  rshift: (x, y) => Math.floor(x / 2 ** y),
};

/** Calls a function of the language. @throws {Failure} where there is none of the name */
export async function callBuiltin(deps: BuiltinDeps, name: string, args: readonly Expr[]): Promise<Value | undefined> {
  const { process, memory, streams, evaluate, state } = deps;
  const [first, second, third] = args;
  const value = async (arg: Expr | undefined): Promise<Value | undefined> =>
    arg === undefined ? undefined : evaluate(arg);
  const text = async (arg: Expr | undefined): Promise<string> => memory.text(await value(arg));
  const source = async (arg: Expr | undefined): Promise<string> => (arg?.op === 'regex' ? arg.source : text(arg));
  const numeric = NUMERIC_BUILTINS[name];
  if (numeric !== undefined) return numeric(toNumber(await value(first)), toNumber(await value(second)));
  switch (name) {
    case 'length':
      if (first?.op === 'variable' && memory.isArray(first.name)) return memory.array(first.name).size;
      return [...(first === undefined ? memory.recordText() : await text(first))].length;
    case 'substr': {
      const whole = await text(first);
      const from = Math.round(toNumber(await value(second)));
      const end = third === undefined ? Number.POSITIVE_INFINITY : from + Math.round(toNumber(await value(third)));
      return whole.slice(Math.max(0, from - 1), Math.max(0, end - 1));
    }
    case 'index':
      return (await text(first)).indexOf(await text(second)) + 1;
    case 'tolower':
      return (await text(first)).toLowerCase();
    case 'toupper':
      return (await text(first)).toUpperCase();
    case 'split': {
      const whole = await text(first);
      const separator = third === undefined ? memory.text(memory.variable('FS')) : await source(third);
      const array = memory.array(second?.op === 'variable' ? second.name : '');
      array.clear();
      const parts = memory.split(whole, separator);
      parts.forEach((part, i) => {
        array.set(String(i + 1), fromInput(part));
      });
      return parts.length;
    }
    case 'sub':
    case 'gsub':
      return replace(
        deps,
        await source(first),
        await text(second),
        third ?? { op: 'field', index: { op: 'number', value: 0 } },
        name === 'gsub',
      );
    case 'match': {
      const match = memory.regex(await source(second)).exec(await text(first));
      memory.setVariable('RSTART', match === null ? 0 : match.index + 1);
      memory.setVariable('RLENGTH', match === null ? -1 : match[0].length);
      if (third?.op === 'variable')
        for (const [i, part] of (match ?? []).entries()) memory.array(third.name).set(String(i), fromInput(part ?? ''));
      return match === null ? 0 : match.index + 1;
    }
    case 'sprintf': {
      const values: (Value | undefined)[] = [];
      for (const arg of args.slice(1)) values.push(await evaluate(arg));
      return memory.format(await text(first), values);
    }
    case 'system': {
      await streams.out.flush();
      return process.spawn(['/bin/sh', '-c', await text(first)]).exited;
    }
    case 'close':
      return streams.close(await text(first));
    case 'fflush':
      await streams.out.flush();
      return 0;
    case 'rand':
      return process.rng.float();
    case 'srand': {
      const before = state.seed;
      state.seed = first === undefined ? Math.floor(process.now() / 1000) : toNumber(await value(first));
      return before;
    }
    case 'systime':
      return Math.floor(process.now() / 1000);
    case 'strftime':
      return formatDate(
        first === undefined ? '%a %b %e %H:%M:%S UTC %Y' : await text(first),
        second === undefined ? process.now() : toNumber(await value(second)) * 1000,
      );
    default:
      throw new Failure(`cmd. line:1: Call to undefined function`);
  }
}

async function replace(
  { memory, evaluate, store }: BuiltinDeps,
  source: string,
  replacement: string,
  target: Expr,
  all: boolean,
): Promise<number> {
  const text = memory.text(await evaluate(target));
  let count = 0;
  const regex = memory.regex(source);
  const replaced = text.replace(all ? regex : safeRegExp(regex.source, regex.flags.replace('g', '')), (match) => {
    count++;
    return replacement.replace(/\\\\|\\&|&/g, (part) => (part === '&' ? match : (part[1] ?? '')));
  });
  if (count > 0) await store(target, memory.grown(replaced));
  return count;
}
