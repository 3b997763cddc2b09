import type { ContainerStatus, Pod } from '@tabernetes/api/types/core-v1';

/** How one container is shown. */
export interface ContainerSign {
  readonly name: string;
  readonly sign: 'ready' | 'running' | 'waiting' | 'backoff' | 'failed' | 'succeeded';
  /** The exact word: the state, or the reason for it. */
  readonly word: string;
}

/** The containers of a Pod in the order of its specification; init containers only while they hold the others up. */
export function containerSigns({ spec, status = {} }: Pod): readonly ContainerSign[] {
  const known = new Map([...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].map(byName));
  const inits = (spec?.initContainers ?? []).filter(
    ({ name, restartPolicy }) =>
      // Those that stay are containers like others; those that have ended well have nothing more to say.
      restartPolicy === 'Always' || (status.phase === 'Pending' && known.get(name)?.state?.terminated?.exitCode !== 0),
  );
  return [...inits, ...(spec?.containers ?? [])].map(({ name }) => ({ name, ...signOf(known.get(name)) }));
}

const byName = (status: ContainerStatus): readonly [string, ContainerStatus] => [status.name, status];

function signOf(status: ContainerStatus | undefined): Omit<ContainerSign, 'name'> {
  const { running, waiting, terminated } = status?.state ?? {};
  if (running !== undefined)
    return status?.ready === true ? { sign: 'ready', word: 'Running, ready' } : { sign: 'running', word: 'Running' };
  if (terminated !== undefined) {
    const word = terminated.reason ?? `ExitCode:${terminated.exitCode}`;
    return { sign: terminated.exitCode === 0 ? 'succeeded' : 'failed', word };
  }
  const word = waiting?.reason ?? 'Waiting';
  return { sign: /BackOff$|^Err|Error$|^Invalid/.test(word) ? 'backoff' : 'waiting', word };
}
