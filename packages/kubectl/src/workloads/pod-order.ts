import type { Pod } from '@tabernetes/api/types/core-v1';

type Order = (a: Pod, b: Pod) => number;

const inTurn =
  (...orders: readonly Order[]): Order =>
  (a, b) => {
    for (const order of orders) {
      const difference = order(a, b);
      if (difference !== 0) return difference;
    }
    return 0;
  };

/** The smaller number first. */
const by =
  (number: (pod: Pod) => number): Order =>
  (a, b) =>
    number(a) - number(b);

const PHASES = ['Running', 'Unknown', 'Pending'];

const onNode = by(({ spec }) => (spec?.nodeName ? 0 : 1));
/** `ended`: where Pods stand that have ended. */
const phase = (ended: number): Order =>
  by(({ status }) => {
    const at = PHASES.indexOf(status?.phase ?? '');
    return at < 0 ? ended : at;
  });
const ready = by((pod) => (readySince(pod) === undefined ? 1 : 0));
const longestReady = by((pod) => readySince(pod) ?? 0);
const oldest = by(({ metadata }) => millis(metadata.creationTimestamp));
const staying = by(({ metadata }) => (metadata.deletionTimestamp === undefined ? 0 : 1));
const toldLastToGo = by(({ metadata }) => -millis(metadata.deletionTimestamp));

function readySince({ status }: Pod): number | undefined {
  const condition = status?.conditions?.find(({ type, status: is }) => type === 'Ready' && is === 'True');
  return condition === undefined ? undefined : millis(condition.lastTransitionTime);
}

const millis = (text: string | undefined): number => Date.parse(text ?? '') || 0;

const regularRestarts = ({ status }: Pod): number =>
  Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));

function sidecarRestarts({ spec, status }: Pod): number {
  const sidecars = new Set((spec?.initContainers ?? []).filter((c) => c.restartPolicy === 'Always').map((c) => c.name));
  const statuses = (status?.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name));
  return Math.max(0, ...statuses.map(({ restartCount }) => restartCount));
}

/** The best Pod to read logs of first. @see k8s.io/kubectl/pkg/util/podutils/podutils.go ByLogging */
export const byLogging: Order = inTurn(
  onNode,
  phase(0),
  ready,
  longestReady,
  by((pod) => -regularRestarts(pod)),
  by((pod) => -sidecarRestarts(pod)),
  oldest,
);

/** The best Pod to attach to first. @see k8s.io/kubectl/pkg/util/podutils/podutils.go ActivePods, reversed */
export const byActivity: Order = inTurn(
  onNode,
  phase(2),
  ready,
  staying,
  toldLastToGo,
  longestReady,
  by(regularRestarts),
  by(sidecarRestarts),
  oldest,
);
