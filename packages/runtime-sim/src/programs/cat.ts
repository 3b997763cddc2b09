import { attempt, command, complain } from './support/command.ts';
import { LineReader, Output, openBytes } from './support/input.ts';
import { parseOptions } from './support/options.ts';

/** Copies its operands to the standard output. */
export const cat = command('[-nbvteA] [FILE]...', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'nbvteAuEsT');
  const numbered = options.has('n') || options.has('b');
  const squeezes = options.has('s');
  const ends = options.has('e') || options.has('A') || options.has('E');
  const tabs = options.has('t') || options.has('A') || options.has('T');
  const visible = ends || tabs || options.has('v');
  let number = 0;
  let code = 0;
  for (const path of options.operands.length === 0 ? ['-'] : options.operands) {
    const opened = attempt(() => openBytes(process, path));
    if ('error' in opened) {
      const { code: why, message } = opened.error;
      await complain(process, why === 'EISDIR' ? `read error: ${message}` : `can't open '${path}': ${message}`);
      code = 1;
      continue;
    }
    if (!numbered && !visible && !squeezes) {
      for (let bytes = await opened.value.read(); bytes !== undefined; bytes = await opened.value.read()) {
        await process.stdout.write(bytes);
      }
      continue;
    }
    let before: string | undefined;
    const reader = new LineReader(opened.value);
    const out = new Output(process.stdout);
    for (let batch = await reader.next(); batch !== undefined; batch = await reader.next()) {
      batch.lines.forEach((line, index) => {
        if (squeezes && line === '' && before === '') return;
        before = line;
        if (numbered && !(options.has('b') && line === '')) out.add(`${String(++number).padStart(6)}\t`);
        const text = visible ? show(line, tabs) : line;
        const newline = batch.terminated || index < batch.lines.length - 1;
        out.add(newline ? `${text}${ends ? '$' : ''}\n` : text);
      });
      await out.flush();
    }
  }
  return code;
});

function show(line: string, tabs: boolean): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this shows
  return line.replace(/[\x00-\x1f\x7f]/g, (char) => {
    if (char === '\t' && !tabs) return char;
    return char === '\x7f' ? '^?' : `^${String.fromCharCode(char.charCodeAt(0) + 64)}`;
  });
}
