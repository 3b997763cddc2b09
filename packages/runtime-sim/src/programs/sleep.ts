import { command, Failure, UsageError } from './support/command.ts';

/** Seconds in a duration such as `1.5`, `2m`, `1h`, `infinity`; undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  if (/^inf(inity)?$/i.test(text)) return Number.POSITIVE_INFINITY;
  const match = /^(\d+\.?\d*|\.\d+)([smhd]?)$/.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[match[2] ?? ''] ?? 1);
}

/** The longest single wait; a longer sleep is several. */
const LONGEST_MS = 2 ** 31 - 1;

/** Sleeps the sum of its arguments. */
export const sleep = command('[N]...', async (process) => {
  const args = process.argv.slice(1);
  if (args.length === 0) throw new UsageError('');
  let seconds = 0;
  for (const arg of args) {
    const more = parseDuration(arg);
    if (more === undefined) throw new Failure(`invalid number '${arg}'`);
    seconds += more;
  }
  for (let leftMs = Math.round(seconds * 1000); leftMs > 0; leftMs -= LONGEST_MS) {
    await process.sleep(Math.min(leftMs, LONGEST_MS));
  }
  return 0;
});

/** Sleeps microseconds. */
export const usleep = command('N', async (process) => {
  await process.sleep(Math.round(Number(process.argv[1] ?? 0) / 1000));
  return 0;
});
