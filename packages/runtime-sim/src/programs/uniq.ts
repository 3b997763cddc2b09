import type { Process } from '@tabernetes/node-api';
import { command, Failure } from './support/command.ts';
import { LineReader, Output, openBytesOr } from './support/input.ts';
import { parseNumber, parseOptions } from './support/options.ts';

/** Leaves out lines that repeat the one before. */
export const uniq = command('[-cduiz] [-f,s,w N] [FILE [OUTFILE]]', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'cduizf:s:w:', {
    count: 'c',
    repeated: 'd',
    unique: 'u',
    'ignore-case': 'i',
  });
  const [path = '-', target] = options.operands;
  const skipFields = parseNumber(options.value('f') ?? '0');
  const skipChars = parseNumber(options.value('s') ?? '0');
  const width = options.value('w') === undefined ? undefined : parseNumber(options.value('w') ?? '0');
  const keyOf = (line: string): string => {
    let key = line;
    for (let i = 0; i < skipFields; i++) key = key.replace(/^\s*\S+/, '');
    key = key.slice(skipChars, width === undefined ? undefined : skipChars + width);
    return options.has('i') ? key.toLowerCase() : key;
  };
  const out = new Output(target === undefined || target === '-' ? process.stdout : fileOutput(process, target));
  const end = options.has('z') ? '\0' : '\n';
  const reader = new LineReader(
    openBytesOr(process, path, ({ message }) => new Failure(`can't open '${path}': ${message}`)),
  );
  let held: string | undefined;
  let heldKey: string | undefined;
  let count = 0;
  const emit = (): void => {
    if (held === undefined || (options.has('d') && count === 1) || (options.has('u') && count > 1)) return;
    out.add(`${options.has('c') ? `${String(count).padStart(7)} ` : ''}${held}${end}`);
  };
  for (let batch = await reader.next(); batch !== undefined; batch = await reader.next()) {
    for (const line of batch.lines) {
      const key = keyOf(line);
      if (key === heldKey) {
        count++;
        continue;
      }
      emit();
      held = line;
      heldKey = key;
      count = 1;
    }
    await out.flush();
  }
  emit();
  await out.flush();
  return 0;
});

function fileOutput(
  process: Process,
  path: string,
): { write(text: string | Uint8Array): Promise<void>; close(): void } {
  process.fs.writeFile(path, '');
  return {
    write: async (text) => process.fs.writeFile(path, text, { append: true }),
    close: () => undefined,
  };
}
