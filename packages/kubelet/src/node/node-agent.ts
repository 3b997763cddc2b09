import { kinds } from '@tabernetes/api';
import type { Node } from '@tabernetes/api/types/core-v1';
import { ignoreNotFound, type KubeObject, StatusError } from '@tabernetes/apimachinery';
import type { Clock, Disposable } from '@tabernetes/base';
import type { Client, EventRecorder, EventType } from '@tabernetes/client';
import type { ContainerRuntime } from '@tabernetes/node-api';
import { type NodeEvent, type NodeState, nodeTable } from '../machines/node.machine.ts';
import { sameValue } from '../status/merge-status.ts';
import { microTimeText } from '../status/times.ts';
import { type NodeSpec, type NodeTrouble, nodeObject, nodeStatus } from './node-object.ts';

export interface NodeAgentDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly runtime: ContainerRuntime;
  readonly recorder: EventRecorder;
  /** The Node as the API has it. */
  readonly stored: () => Node | undefined;
  /** Every ten seconds, before the node's status is looked at. */
  readonly onBeat?: () => void;
  readonly onError: (error: unknown) => void;
}

/** Registers a node, keeps its lease and tells how it is. */
export interface NodeAgent extends Disposable {
  start(): Promise<void>;
  /** The kubelet stops; nobody hears of the node any more. */
  stop(): void;
  /** The node is troubled, or no more: told at once. */
  setTrouble(trouble: NodeTrouble): void;
  readonly trouble: NodeTrouble;
  /** What events of the node are about. */
  readonly reference: KubeObject;
  readonly state: NodeState;
}

/** How often a kubelet renews its lease and looks whether its status is still true. */
const PERIOD_MS = 10_000;
/** How often it tells a status that has not changed. */
const REPORT_MS = 300_000;
const LEASE_SECONDS = 40;
const LEASE_NAMESPACE = 'kube-node-lease';
const MIGRATED = 'storage.alpha.kubernetes.io/migrated-plugins';
const MIGRATED_PLUGINS = [
  'aws-ebs',
  'azure-disk',
  'azure-file',
  'cinder',
  'gce-pd',
  'portworx-volume',
  'vsphere-volume',
]
  .map((name) => `kubernetes.io/${name}`)
  .join();

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/kubelet_node_status.go */
export function createNodeAgent(deps: NodeAgentDeps, spec: NodeSpec): NodeAgent {
  const { client, clock, runtime, recorder, stored, onBeat, onError } = deps;
  const nodes = client.resource(kinds.node);
  const leases = client.resource(kinds.lease);
  // Kubelets speak of their node before they know its uid.
  const reference: KubeObject = { apiVersion: '', kind: 'Node', metadata: { name: spec.name, uid: spec.name } };
  let state: NodeState = nodeTable.initial;
  let trouble: NodeTrouble = {};
  let timer: Disposable | undefined;
  let reportedMs = 0;
  /** What the status was made of when it was last found to be true; the same of all of it makes the same status. */
  let trueOf: readonly unknown[] = [];

  const send = (event: NodeEvent): void => {
    const step = nodeTable.step(state, event);
    if (step === undefined) return;
    state = step.target;
    for (const effect of step.effects) {
      if (effect === 'reportReady') tell('NodeReady');
      else if (effect === 'reportNotReady') tell('NodeNotReady');
      else if (effect === 'startHeartbeats') beat();
      else if (effect === 'stopHeartbeats') timer?.dispose();
    }
  };
  const tell = (what: string, type: EventType = 'Normal'): void =>
    recorder.event(reference, type, what, `Node ${spec.name} status is now: ${what}`);

  async function register(): Promise<void> {
    const now = clock.now();
    recorder.event(reference, 'Normal', 'Starting', 'Starting kubelet.');
    let node = stored() ?? (await nodes.get(spec.name).catch(ignoreNotFound));
    const isNew = node === undefined;
    node ??= await nodes.create(nodeObject(spec, runtime.images(), now));
    for (let round = 0; round < (isNew ? 2 : 1); round++) {
      for (const what of ['NodeHasSufficientMemory', 'NodeHasNoDiskPressure', 'NodeHasSufficientPID']) tell(what);
    }
    await registerDrivers(node);
    const lease = await leases.get(spec.name, LEASE_NAMESPACE).catch(ignoreNotFound);
    if (lease !== undefined) {
      const held = { holderIdentity: spec.name, leaseDurationSeconds: LEASE_SECONDS, renewTime: microTimeText(now) };
      await leases.update({ ...lease, spec: { ...lease.spec, ...held } });
      await report();
      return;
    }
    reportedMs = now;
    await createLease(node);
  }

  /** The sign of life, which goes with the node. */
  async function createLease({ metadata: { uid = '' } }: Node): Promise<void> {
    const renewTime = microTimeText(clock.now());
    const leaseSpec = { holderIdentity: spec.name, leaseDurationSeconds: LEASE_SECONDS, renewTime };
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name: spec.name, uid }];
    const metadata = { name: spec.name, namespace: LEASE_NAMESPACE, ownerReferences };
    await leases.create({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec: leaseSpec });
  }

  /** One that was deleted is made again, but for a node that is gone. */
  async function renewLease(): Promise<void> {
    const patch = { spec: { renewTime: microTimeText(clock.now()) } };
    if ((await leases.patch(spec.name, LEASE_NAMESPACE, 'merge', patch).catch(ignoreNotFound)) !== undefined) return;
    const node = stored() ?? (await nodes.get(spec.name).catch(ignoreNotFound));
    if (node !== undefined) await createLease(node);
  }

  /** The object that lists the node's volume drivers, of which there are none. @see pkg/volume/csi/nodeinfomanager */
  async function registerDrivers({ metadata: { name, uid = '' } }: Node): Promise<void> {
    const drivers = client.resource(kinds.csiNode);
    if ((await drivers.get(spec.name).catch(ignoreNotFound)) !== undefined) return;
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name: spec.name, uid }];
    const metadata = { name, annotations: { [MIGRATED]: MIGRATED_PLUGINS }, ownerReferences };
    await drivers.create({ apiVersion: 'storage.k8s.io/v1', kind: 'CSINode', metadata, spec: { drivers: [] } });
  }

  /** Writes the status when it has changed, or has not been written for long. */
  async function report(): Promise<void> {
    const node = stored() ?? (await nodes.get(spec.name).catch(ignoreNotFound));
    if (node === undefined || state === 'stopped') return;
    const now = clock.now();
    const images = runtime.images();
    const madeOf = [node, images, trouble];
    if (madeOf.every((part, i) => part === trueOf[i]) && now - reportedMs < REPORT_MS) return;
    const status = { ...node.status, ...nodeStatus(spec, images, trouble, node.status, now) };
    const extended = Object.entries(node.status?.capacity ?? {}).filter(([name]) => !(name in spec.capacity));
    // Resources that somebody else has put there stay.
    const own = Object.fromEntries(extended);
    const full = {
      ...status,
      capacity: { ...own, ...spec.capacity },
      allocatable: { ...own, ...(spec.allocatable ?? spec.capacity) },
    };
    const asBefore = sameValue(withoutHeartbeats(node.status), withoutHeartbeats(full));
    if (asBefore && now - reportedMs < REPORT_MS) {
      trueOf = madeOf;
      return;
    }
    reportedMs = now;
    await nodes.updateStatus({ ...node, status: full });
  }

  function beat(): void {
    timer = clock.setTimer(PERIOD_MS, () => void turn(), { background: true });
  }
  async function turn(): Promise<void> {
    beat();
    try {
      onBeat?.();
      await renewLease();
      await report();
    } catch (error) {
      if (!(error instanceof StatusError)) onError(error);
    }
  }

  return {
    reference,
    get state() {
      return state;
    },
    get trouble() {
      return trouble;
    },
    async start() {
      send('start');
      await register();
      send('registered');
    },
    stop: () => send('stop'),
    setTrouble(next) {
      const [memory, disk] = [trouble.memoryPressure ?? false, trouble.diskPressure ?? false];
      trouble = next;
      if (memory !== (next.memoryPressure ?? false))
        tell(memory ? 'NodeHasSufficientMemory' : 'NodeHasInsufficientMemory');
      if (disk !== (next.diskPressure ?? false)) tell(disk ? 'NodeHasNoDiskPressure' : 'NodeHasDiskPressure');
      send(next.network === undefined ? 'wellAgain' : 'unwell');
      report().catch((error: unknown) => {
        if (!(error instanceof StatusError)) onError(error);
      });
    },
    dispose: () => timer?.dispose(),
  };
}

function withoutHeartbeats(status: Node['status']): unknown {
  return { ...status, conditions: status?.conditions?.map((c) => ({ ...c, lastHeartbeatTime: undefined })) };
}
