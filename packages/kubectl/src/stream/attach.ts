import type { Pod } from '@tabernetes/api/types/core-v1';
import type { CommandContext } from '../command.ts';
import { messageOf } from '../errors.ts';
import { findContainer } from '../workloads/containers.ts';
import { containerOf } from './pod-of.ts';
import { runInContainer, takesTerminal } from './session.ts';

export interface AttachOptions {
  readonly container: string;
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly quiet: boolean;
}

/** Attaches to a container that runs and tells how to come back. @throws {Error} with kubectl's text */
export async function attachTo(context: CommandContext, pod: Pod, options: AttachOptions): Promise<void> {
  const { err, out } = context;
  const { stdin, quiet } = options;
  let container: string;
  try {
    container = containerOf(context, pod, options.container, quiet);
  } catch (error) {
    throw new Error(`cannot attach to the container: ${messageOf(error)}`);
  }
  const found = findContainer(pod, container);
  if (options.tty && !found?.container.tty && !quiet) {
    err.write(`error: Unable to use a TTY - container ${container} did not allocate one\n`);
  }
  // A container with a terminal has it whether one asks for it or not.
  const tty = takesTerminal(context, { stdin, tty: found?.container.tty === true, quiet });
  if (!quiet) err.write("If you don't see a command prompt, try pressing enter.\n");
  await err.flush();
  await runInContainer(context, pod, { verb: 'attach', container, stdin, tty });
  if (quiet || !tty || pod.spec?.restartPolicy !== 'Always') return;
  const again = `'kubectl attach ${pod.metadata.name} -c ${container} -i -t'`;
  out.write(
    found?.fieldPath.startsWith('spec.ephemeralContainers')
      ? `Session ended, the ephemeral container will not be restarted but may be reattached using ${again} if it is still running\n`
      : `Session ended, resume using ${again} command when the pod is running\n`,
  );
}
