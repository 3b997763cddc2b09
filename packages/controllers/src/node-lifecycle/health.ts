import type { Node, NodeCondition } from '@tabernetes/api/types/core-v1';
import { readyCondition } from '../nodes/node-state.ts';
import { secondsText } from '../pods/disruption.ts';

/** So long without a sign of life, and a node is Unknown; longer while its kubelet has never said anything. In milliseconds. */
const GRACE_MS = 50_000;
const STARTUP_GRACE_MS = 60_000;

/** What was last seen of a node, and when, by our clock: those of nodes may differ. */
export interface Health {
  readonly probeMs: number;
  /** Of the Ready condition; undefined: it had none. */
  readonly heartbeat: string | undefined;
  readonly renewTime: string | undefined;
}

/** A heartbeat or a renewed lease is a sign of life. */
export function observe(before: Health | undefined, node: Node, renewTime: string | undefined, nowMs: number): Health {
  const ready = readyCondition(node);
  const createdMs = Date.parse(node.metadata.creationTimestamp ?? '') || nowMs;
  const heartbeat = ready?.lastHeartbeatTime;
  const silent = ready === undefined;
  const first = before ?? { probeMs: silent ? createdMs : nowMs, heartbeat, renewTime: undefined };
  const renewed = renewTime !== undefined && (first.renewTime === undefined || first.renewTime < renewTime);
  const beat = !silent && heartbeat !== first.heartbeat;
  return {
    probeMs: renewed || beat ? nowMs : first.probeMs,
    heartbeat: silent ? first.heartbeat : heartbeat,
    renewTime: renewed ? renewTime : first.renewTime,
  };
}

const TYPES: readonly string[] = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

/** The node as it is called when nothing has been heard of it; the same object when that is said already, or it is too early. */
export function declareUnknown(node: Node, { probeMs }: Health, nowMs: number): Node {
  const graceMs = readyCondition(node) === undefined ? STARTUP_GRACE_MS : GRACE_MS;
  if (nowMs <= probeMs + graceMs || readyCondition(node)?.status === 'Unknown') return node;
  const now = secondsText(nowMs);
  const before = node.status?.conditions ?? [];
  const conditions = before.map(
    (condition): NodeCondition =>
      TYPES.includes(condition.type) && condition.status !== 'Unknown'
        ? {
            ...condition,
            status: 'Unknown',
            reason: 'NodeStatusUnknown',
            message: 'Kubelet stopped posting node status.',
            lastTransitionTime: now,
          }
        : condition,
  );
  const never = TYPES.filter((type) => !before.some((c) => c.type === type)).map(
    (type): NodeCondition => ({
      type,
      status: 'Unknown',
      reason: 'NodeStatusNeverUpdated',
      message: 'Kubelet never posted node status.',
      lastHeartbeatTime: node.metadata.creationTimestamp ?? now,
      lastTransitionTime: now,
    }),
  );
  return { ...node, status: { ...node.status, conditions: [...conditions, ...never] } };
}
