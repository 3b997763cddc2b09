import type { Program } from '@tabernetes/node-api';
import { rawText, replaceEscapes } from './support/escapes.ts';

/** Prints its arguments. `-n`: no newline; `-e`: escapes count. */
export const echo: Program = async (process) => {
  const words = process.argv.slice(1);
  let newline = true;
  let escapes = false;
  while (/^-[neE]+$/.test(words[0] ?? '')) {
    for (const letter of (words.shift() ?? '').slice(1)) {
      if (letter === 'n') newline = false;
      else escapes = letter === 'e';
    }
  }
  const text = words.join(' ');
  const shown = escapes ? replaceEscapes(text) : { text, stopped: false };
  await process.stdout.write(rawText(newline && !shown.stopped ? `${shown.text}\n` : shown.text));
  return 0;
};
