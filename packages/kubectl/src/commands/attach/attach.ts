import type { Command } from '../../command.ts';
import { usageError } from '../../errors.ts';
import { attachTo } from '../../stream/attach.ts';
import { namedObject, podOf } from '../../stream/pod-of.ts';

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_attach/ */
const attach: Command = {
  async run(context) {
    const { flags, args, path } = context;
    const timeoutMs = flags.number('pod-running-timeout');
    if (timeoutMs <= 0) throw usageError(path, '--pod-running-timeout must be higher than zero');
    if (args.length === 0) throw new Error('at least 1 argument is required for attach');
    if (args.length > 2) {
      throw new Error(
        `expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw ${args.length}: [${args.join(' ')}]`,
      );
    }
    const [type = '', name] = args;
    const named = name === undefined ? { args } : { args: [name], defaultType: type };
    const object = await namedObject(context, named, 'attach to');
    const pod = await podOf(context, object, timeoutMs);
    const phase = pod.status?.phase;
    if (phase === 'Succeeded' || phase === 'Failed') {
      throw new Error(`cannot attach a container in a completed pod; current phase is ${phase}`);
    }
    await attachTo(context, pod, {
      container: flags.string('container'),
      stdin: flags.bool('stdin'),
      tty: flags.bool('tty'),
      quiet: flags.bool('quiet'),
    });
    return undefined;
  },
};

export const commands: Readonly<Record<string, Command>> = { attach };
