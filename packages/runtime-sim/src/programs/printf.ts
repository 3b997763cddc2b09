import type { Process } from '@tabernetes/node-api';
import { command, complain, UsageError } from './support/command.ts';
import { rawText, replaceEscapes } from './support/escapes.ts';
import { conversion, formatFloat, formatInteger, formatText, splitFormat } from './support/format.ts';

/** Formats its arguments; the format is used again while there are arguments left. */
export const printf = command('FORMAT [ARG]...', async (process) => {
  const [format, ...args] = process.argv[1] === '--' ? process.argv.slice(2) : process.argv.slice(1);
  if (format === undefined) throw new UsageError('');
  const parts = splitFormat(format);
  let taken = 0;
  let failed = false;
  let out = '';
  const next = (): string | undefined => (taken < args.length ? args[taken++] : undefined);
  const number = async (text: string): Promise<bigint> => {
    const value = parseInteger(text);
    if (value !== undefined) return value;
    failed = true;
    await complain(process, `invalid number '${text}'`);
    return BigInt(/^[+-]?\d+/.exec(text)?.[0] ?? 0);
  };
  do {
    for (const part of parts) {
      if (typeof part === 'string') {
        const literal = replaceEscapes(part);
        out += literal.text;
        if (literal.stopped) return finish(process, out, failed);
        continue;
      }
      const spec = conversion(part.spec, part.letter, () => Number(next() ?? 0));
      const argument = next() ?? '';
      switch (part.letter) {
        case 'd':
        case 'i':
        case 'o':
        case 'u':
        case 'x':
        case 'X':
          out += formatInteger(await number(argument), spec);
          break;
        case 'e':
        case 'E':
        case 'f':
        case 'F':
        case 'g':
        case 'G':
          out += formatFloat(Number(argument) || 0, spec);
          break;
        case 'c':
          out += formatText(argument.slice(0, 1), { ...spec, precision: undefined });
          break;
        case 'b': {
          const shown = replaceEscapes(argument);
          out += formatText(shown.text, spec);
          if (shown.stopped) return finish(process, out, failed);
          break;
        }
        case 's':
          out += formatText(argument, spec);
          break;
        default:
          await finish(process, out, true);
          await complain(process, `%${part.spec}${part.letter}: invalid format`);
          return 1;
      }
    }
  } while (taken < args.length && parts.some((part) => typeof part !== 'string'));
  return finish(process, out, failed);
});

async function finish(process: Process, out: string, failed: boolean): Promise<number> {
  if (out !== '') await process.stdout.write(rawText(out));
  return failed ? 1 : 0;
}

function parseInteger(text: string): bigint | undefined {
  const quoted = /^["'](.*)$/s.exec(text);
  if (quoted !== null) return BigInt(quoted[1]?.codePointAt(0) ?? 0);
  const match = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|\d+)$/.exec(text);
  if (match === null) return undefined;
  const digits = match[2] ?? '0';
  const value = /^0[0-7]+$/.test(digits) ? BigInt(`0o${digits.slice(1)}`) : BigInt(digits);
  return match[1] === '-' ? -value : value;
}
