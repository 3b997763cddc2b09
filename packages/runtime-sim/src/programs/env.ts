import { run } from './support/child.ts';
import { command } from './support/command.ts';
import { parseOptions } from './support/options.ts';

/** Shows the environment, or runs a program in a changed one. */
export const env = command('[-i0] [-u NAME]... [-] [NAME=VALUE]... [PROG ARGS]', async (process) => {
  const options = parseOptions(process.argv.slice(1), '+i0u:', { 'ignore-environment': 'i', unset: 'u' });
  const operands = [...options.operands];
  const fresh = options.has('i') || operands[0] === '-';
  if (operands[0] === '-') operands.shift();
  const variables: Record<string, string> = fresh ? {} : { ...process.env };
  for (const name of options.values('u')) delete variables[name];
  while (operands[0]?.includes('=')) {
    const word = operands.shift() ?? '';
    variables[word.slice(0, word.indexOf('='))] = word.slice(word.indexOf('=') + 1);
  }
  if (operands.length > 0) return run(process, operands, { env: variables });
  const end = options.has('0') ? '\0' : '\n';
  await process.stdout.write(
    Object.entries(variables)
      .map(([name, value]) => `${name}=${value}${end}`)
      .join(''),
  );
  return 0;
});

/** Shows variables of the environment. */
export const printenv = command('[VARIABLE]...', async (process) => {
  const names = process.argv.slice(1);
  if (names.length === 0) {
    await process.stdout.write(
      Object.entries(process.env)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    );
    return 0;
  }
  let code = 0;
  for (const name of names) {
    const value = process.env[name];
    if (value === undefined) code = 1;
    else await process.stdout.write(`${value}\n`);
  }
  return code;
});
