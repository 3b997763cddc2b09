import type { Container } from '@tabernetes/api/types/core-v1';

/** What becomes of a program: it runs on for ever, or ends so many milliseconds after its start. */
export type Outcome =
  | { readonly ends: false }
  | { readonly ends: true; readonly afterMs: number; readonly exitCode: number };

const RUNS: Outcome = { ends: false };

/**
 * What becomes of a container whose command is simple enough to be seen through: a shell script of `sleep`, `exit`, `echo` and the
 * like. Undefined: nothing can be said (the image's own program, or one that depends on the world).
 */
export function outcomeOf({ command = [], args = [], image = '' }: Container): Outcome | undefined {
  if (command.length > 0) return ofProgram([...command, ...args]);
  // Images of a distribution have no program of their own: their arguments are the command, and a shell without input ends.
  if (!SHELL_IMAGES.has(repositoryName(image))) return undefined;
  return args.length > 0 ? ofProgram(args) : undefined;
}

const SHELL_IMAGES = new Set(['alpine', 'bash', 'busybox', 'centos', 'debian', 'fedora', 'ubuntu']);
const SHELLS = new Set(['ash', 'bash', 'dash', 'sh']);
const QUICK = new Set([':', 'date', 'echo', 'env', 'hostname', 'id', 'printf', 'pwd', 'true', 'uname', 'whoami']);

const repositoryName = (image: string): string => /([^/:@]+)(?:[:@][^/]*)?$/.exec(image)?.[1] ?? '';

function ofProgram(argv: readonly string[]): Outcome | undefined {
  const [path = '', ...args] = argv;
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (QUICK.has(name)) return ended(0, 0);
  if (name === 'false') return ended(0, 1);
  if (name === 'exec') return ofProgram(args);
  if (name === 'sleep') return ofSleep(args);
  if (name === 'exit') return ofExit(args);
  if (name === 'tail' && args.some((arg) => /^-[a-zA-Z]*[fF]/.test(arg))) return RUNS;
  if (!SHELLS.has(name)) return undefined;
  const at = args.findIndex((arg) => /^-[a-z]*c$/.test(arg));
  const script = at < 0 ? undefined : args[at + 1];
  return script === undefined ? undefined : ofScript(script);
}

const ended = (afterMs: number, exitCode: number): Outcome => ({ ends: true, afterMs, exitCode });

const UNITS: Readonly<Record<string, number>> = { '': 1_000, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function ofSleep(args: readonly string[]): Outcome | undefined {
  let totalMs = 0;
  for (const arg of args) {
    if (arg === 'infinity' || arg === 'inf') return RUNS;
    const [, amount, unit = ''] = /^(\d*\.?\d+)([smhd]?)$/.exec(arg) ?? [];
    if (amount === undefined) return undefined;
    totalMs += Math.round(Number(amount) * (UNITS[unit] ?? 0));
  }
  return args.length === 0 ? ended(0, 1) : ended(totalMs, 0);
}

function ofExit([code = '0']: readonly string[]): Outcome | undefined {
  return /^\d+$/.test(code) ? ended(0, Number(code) & 255) : undefined;
}

/** Sequences of simple commands by `;`, newline, `&&` and `||`; loops that have no end. */
function ofScript(script: string): Outcome | undefined {
  if (/(^|[;\s])(while\s+(true|:)|until\s+false|for\s*\(\(\s*;\s*;\s*\)\))\s*[;\n]/.test(script)) return RUNS;
  const commands = parse(script);
  if (commands === undefined) return undefined;
  let totalMs = 0;
  let status = 0;
  for (const { after, argv } of commands) {
    if ((after === '&&' && status !== 0) || (after === '||' && status === 0)) continue;
    const outcome = ofProgram(argv);
    if (outcome === undefined || !outcome.ends) return outcome;
    totalMs += outcome.afterMs;
    status = outcome.exitCode;
    if (argv[0] === 'exit' || argv[0] === 'exec') break;
  }
  return ended(totalMs, status);
}

interface SimpleCommand {
  readonly after: string;
  readonly argv: readonly string[];
}

/** A quoted text, a word, an operator, or white space between them; anything else is beyond us. */
const TOKEN = /'([^']*)'|"((?:[^"\\`$]|\\.|\$(?!\())*)"|(&&|\|\||;|\n)|([^\s;&|<>()`'"\\{}#]+)|([ \t]+)/y;
/** A word of the shell's own, where a command may stand. */
const KEYWORDS = new Set([
  'case',
  'do',
  'done',
  'for',
  'function',
  'if',
  'set',
  'source',
  'trap',
  'until',
  'while',
  '.',
  '!',
]);

function parse(script: string): readonly SimpleCommand[] | undefined {
  const commands: SimpleCommand[] = [];
  let after = ';';
  let argv: string[] = [];
  let joined = false;
  const finish = (operator: string): void => {
    if (argv.length > 0) {
      commands.push({ after, argv });
      after = operator;
    } else if (operator !== '\n') after = operator;
    argv = [];
    joined = false;
  };
  TOKEN.lastIndex = 0;
  for (let at = 0; at < script.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(script);
    if (token === null) return undefined;
    const [, single, double, operator, word] = token;
    const text = single ?? double ?? word;
    if (operator !== undefined) finish(operator);
    else if (text === undefined) joined = false;
    else if (joined) argv.push(`${argv.pop()}${text}`);
    else argv.push(text);
    if (operator === undefined) joined = text !== undefined;
  }
  finish(';');
  const beyond = commands.some(({ argv: [first = ''] }) => KEYWORDS.has(first) || first.includes('='));
  return beyond ? undefined : commands;
}
