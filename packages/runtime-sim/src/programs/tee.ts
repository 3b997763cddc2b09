import { attempt, command, complain } from './support/command.ts';
import { parseOptions } from './support/options.ts';

/** Copies its input to files and to the standard output, as it comes. */
export const tee = command('[-ai] [FILE]...', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'ai', { append: 'a' });
  if (options.has('i')) process.onSignal('INT', 'ignore');
  const files: string[] = [];
  let code = 0;
  for (const path of options.operands) {
    const opened = attempt(() => process.fs.writeFile(path, '', { append: options.has('a') }));
    if ('error' in opened) {
      await complain(process, `${path}: ${opened.error.message}`);
      code = 1;
    } else files.push(path);
  }
  for (let bytes = await process.stdin.read(); bytes !== undefined; bytes = await process.stdin.read()) {
    for (const path of files) process.fs.writeFile(path, bytes, { append: true });
    await process.stdout.write(bytes);
  }
  return code;
});
