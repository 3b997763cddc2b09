import type { FlowSchema, FlowSchemaCondition, PriorityLevelConfiguration } from '@tabernetes/api/types/flowcontrol-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import type { Clock, Disposable } from '@tabernetes/base';
import type { Store } from '@tabernetes/storage';
import type { ApiServer } from '../api-server.ts';
import { timestamp } from '../time.ts';
import { applyStatus } from '../upkeep/own-requests.ts';
import { type Upkeep, upkeep } from '../upkeep/upkeep.ts';
import { storedObjects } from '../webhooks/stored-objects.ts';

const GROUP = 'flowcontrol.apiserver.k8s.io';
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
  // What changes before there is anybody to wake is seen with the first look.
  let kept: Upkeep | undefined;
  const wake = (): void => kept?.wake();
  const schemas = await storedObjects<FlowSchema>(store, { group: GROUP, plural: 'flowschemas' }, wake);
  const levelKind = { group: GROUP, plural: 'prioritylevelconfigurations' };
  const levels = await storedObjects<PriorityLevelConfiguration>(store, levelKind, wake);
  const look = function* (): Generator<() => Promise<void>> {
    const there = new Set(levels.list().map(({ metadata }) => metadata.name));
    for (const { metadata, spec, status } of schemas.list()) {
      const condition = dangling(spec?.priorityLevelConfiguration?.name ?? '', there, clock);
      const shown = status?.conditions?.find(({ type }) => type === condition.type);
      const isTold = (['status', 'reason', 'message'] as const).every((field) => shown?.[field] === condition[field]);
      if (isTold) continue;
      const told = {
        apiVersion: `${GROUP}/v1`,
        kind: 'FlowSchema',
        metadata: { name: metadata.name ?? '' },
        status: { conditions: [condition] },
      };
      yield () => applyStatus(server, `/apis/${GROUP}/v1/flowschemas`, MANAGER, told);
    }
  };
  const own = upkeep(look, onError);
  kept = own;
  await own.settled();
  return {
    dispose() {
      own.dispose();
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
