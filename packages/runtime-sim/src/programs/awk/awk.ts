import { command, UsageError } from '../support/command.ts';
import { parseOptions } from '../support/options.ts';
import { Interpreter } from './interpreter.ts';
import { unquote } from './lex.ts';
import { parseAwk } from './parse.ts';

/** The pattern-action language. */
export const awk = command('[OPTIONS] [AWK_PROGRAM] [FILE]...', async (process) => {
  const options = parseOptions(process.argv.slice(1), '+v:F:f:e:');
  const operands = [...options.operands];
  const sources = options.order
    .filter(({ letter }) => letter === 'f' || letter === 'e')
    .map(({ letter, value }) => (letter === 'f' ? process.fs.readText(value) : value));
  if (sources.length === 0) {
    const first = operands.shift();
    if (first === undefined) throw new UsageError('');
    sources.push(first);
  }
  const interpreter = new Interpreter(process, parseAwk(sources.join('\n')), operands);
  const separator = options.value('F');
  if (separator !== undefined) interpreter.assign('FS', separator === 't' ? '\t' : unquote(separator));
  for (const text of options.values('v')) {
    const equals = text.indexOf('=');
    interpreter.assign(text.slice(0, equals), unquote(text.slice(equals + 1)));
  }
  return interpreter.run();
});
