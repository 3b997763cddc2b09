import type { Command } from '../../command.ts';
import { usageError } from '../../errors.ts';
import { containerOf, namedObject, podOf } from '../../stream/pod-of.ts';
import { runInContainer, takesTerminal } from '../../stream/session.ts';

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_exec/ */
const exec: Command = {
  async run(context) {
    const { flags, args, path, err } = context;
    const dash = flags.argsBeforeDash;
    const filenames = flags.strings('filename');
    const name = args.length > 0 && dash !== 0 ? (args[0] ?? '') : '';
    if (dash === undefined && (args.length > 1 || (args.length > 0 && filenames.length > 0))) {
      throw usageError(path, 'exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead');
    }
    const command = dash === undefined ? [] : args.slice(dash);
    const timeoutMs = flags.number('pod-running-timeout');
    if (timeoutMs <= 0) throw usageError(path, '--pod-running-timeout must be higher than zero');
    if (name === '' && filenames.length === 0) throw new Error('pod, type/name or --filename must be specified');
    if (command.length === 0) throw new Error('you must specify at least one command for the container');
    const object = await namedObject(context, { filenames, args: name === '' ? [] : [name] }, 'exec into');
    const pod = await podOf(context, object, timeoutMs);
    const phase = pod.status?.phase;
    if (phase === 'Succeeded' || phase === 'Failed') {
      throw new Error(`cannot exec into a container in a completed pod; current phase is ${phase}`);
    }
    const quiet = flags.bool('quiet');
    const container = flags.string('container') || containerOf(context, pod, '', quiet);
    const stdin = flags.bool('stdin');
    const tty = takesTerminal(context, { stdin, tty: flags.bool('tty'), quiet });
    await err.flush();
    await runInContainer(context, pod, { verb: 'exec', container, command, stdin, tty });
    return undefined;
  },
};

export const commands: Readonly<Record<string, Command>> = { exec };
