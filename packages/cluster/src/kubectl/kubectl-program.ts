import type { Clock } from '@tabernetes/base';
import type { KubectlDeps } from '@tabernetes/kubectl';
import type { Program } from '@tabernetes/node-api';

/** kubectl, loaded when somebody calls it first: no small thing, and most of what looks at a cluster never does. */
export function kubectlProgram(clock: Clock, connect: KubectlDeps['connect']): Program {
  let loading: Promise<Program> | undefined;
  const load = async (): Promise<Program> => {
    const { kubectl } = await clock.hold(import('@tabernetes/kubectl'));
    return kubectl({ clock, connect });
  };
  return async (process) => {
    loading ??= load();
    return (await loading)(process);
  };
}
