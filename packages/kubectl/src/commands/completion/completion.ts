import { goQuote } from '@tabernetes/apimachinery';
import type { Command } from '../../command.ts';
import { usageError } from '../../errors.ts';
import { SCRIPTS } from './scripts.ts';

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_completion/ */
const completion: Command = {
  async run({ args, path, out }) {
    const [shell] = args;
    if (shell === undefined) throw usageError(path, 'Shell not specified.');
    if (args.length > 1) throw usageError(path, 'Too many arguments. Expected only the shell type.');
    const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
    if (script === undefined) throw usageError(path, `Unsupported shell type ${goQuote(shell)}.`);
    out.write(script);
    return undefined;
  },
};

export const commands = { completion };
