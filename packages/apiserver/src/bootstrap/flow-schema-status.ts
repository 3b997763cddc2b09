import type { FlowSchema, FlowSchemaCondition, PriorityLevelConfiguration } from '@tabernetes/api/types/flowcontrol-v1';
import type { KubeObject, UserInfo } from '@tabernetes/apimachinery';
import type { Clock, Disposable } from '@tabernetes/base';
import type { Store } from '@tabernetes/storage';
import type { ApiServer } from '../api-server.ts';
import { timestamp } from '../time.ts';
import { storedObjects } from '../webhooks/stored-objects.ts';

const SELF: UserInfo = { name: 'system:apiserver', groups: ['system:masters'] };
const API_VERSION = 'flowcontrol.apiserver.k8s.io/v1';
const MANAGER = 'api-priority-and-fairness-config-consumer-v1';

export interface FlowSchemaStatusDeps {
  readonly server: ApiServer;
  readonly store: Store<KubeObject>;
  readonly clock: Pick<Clock, 'now'>;
  /** Is told of what should not happen: the server refuses its own writes. */
  readonly onError: (error: unknown) => void;
}

/**
 * Says in the status of every FlowSchema whether the priority level that it names exists, as soon as either is written.
 * Resolves when all have been looked at.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/util/flowcontrol/apf_controller.go
 */
export async function flowSchemaStatus({ server, store, clock, onError }: FlowSchemaStatusDeps): Promise<Disposable> {
  let running: Promise<void> | undefined;
  let again = false;
  let disposed = false;
  const group = 'flowcontrol.apiserver.k8s.io';
  const schemas = await storedObjects<FlowSchema>(store, { group, plural: 'flowschemas' }, wake);
  const levels = await storedObjects<PriorityLevelConfiguration>(
    store,
    { group, plural: 'prioritylevelconfigurations' },
    wake,
  );

  const apply = async (name: string, condition: FlowSchemaCondition): Promise<void> => {
    const path = `/apis/${API_VERSION}/flowschemas/${name}/status`;
    const { status, body } = await server.request({
      method: 'PATCH',
      path,
      query: { fieldManager: MANAGER, force: 'true' },
      headers: { 'user-agent': 'kube-apiserver', 'content-type': 'application/apply-patch+yaml' },
      body: {
        kind: 'object',
        object: {
          apiVersion: API_VERSION,
          kind: 'FlowSchema',
          metadata: { name },
          status: { conditions: [condition] },
        },
      },
      user: SELF,
    });
    if (status >= 400 && status !== 404 && status !== 409) onError(new Error(`${path}: ${JSON.stringify(body)}`));
  };

  const sync = async (): Promise<void> => {
    const there = new Set(levels.list().map(({ metadata }) => metadata.name));
    for (const { metadata, spec, status } of schemas.list()) {
      if (disposed) return;
      const condition = dangling(spec?.priorityLevelConfiguration?.name ?? '', there, clock);
      const shown = status?.conditions?.find(({ type }) => type === condition.type);
      const isTold = (['status', 'reason', 'message'] as const).every((field) => shown?.[field] === condition[field]);
      if (!isTold) await apply(metadata.name ?? '', condition);
    }
  };

  const run = async (): Promise<void> => {
    // The write that brought us here is answered first.
    await Promise.resolve();
    do {
      again = false;
      try {
        await sync();
      } catch (error) {
        onError(error);
      }
    } while (again && !disposed);
    running = undefined;
  };
  function wake(): void {
    if (disposed) return;
    again = true;
    running ??= run();
  }
  wake();
  await running;
  return {
    dispose() {
      disposed = true;
      schemas.dispose();
      levels.dispose();
    },
  };
}

function dangling(
  level: string,
  there: ReadonlySet<string | undefined>,
  clock: Pick<Clock, 'now'>,
): FlowSchemaCondition {
  const found = there.has(level);
  const what = `This FlowSchema references the PriorityLevelConfiguration object named "${level}"`;
  return {
    type: 'Dangling',
    status: found ? 'False' : 'True',
    lastTransitionTime: timestamp(clock.now()),
    reason: found ? 'Found' : 'NotFound',
    message: `${what} ${found ? 'and it exists' : 'but there is no such object'}`,
  };
}
