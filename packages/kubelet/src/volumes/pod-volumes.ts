import { kinds } from '@tabernetes/api';
import type {
  CSIPersistentVolumeSource,
  PersistentVolume,
  Pod,
  Volume as VolumeSpec,
} from '@tabernetes/api/types/core-v1';
import { ignoreNotFound } from '@tabernetes/apimachinery';
import type { Clock, Disposable, Rng } from '@tabernetes/base';
import type { Client } from '@tabernetes/client';
import type { ContainerRuntime, Volume, VolumeOptions } from '@tabernetes/node-api';
import { type VolumeEffect, type VolumeEvent, type VolumeState, volumeTable } from '../machines/volume.machine.ts';
import { mostBytes, type Payload, samePayload, versionName, writeAtomically } from './atomic-writer.ts';
import { type Disks, diskName, persistentDisk } from './disks.ts';
import { emptyDirOptions, memoryLimit } from './empty-dir.ts';
import { checkHostPath } from './host-path.ts';
import type { ObjectCache } from './object-cache.ts';
import { type PayloadSources, volumePayload } from './payloads.ts';
import { isOnlyToken, mountedNames, referredObjects, showsMetadata } from './volume-specs.ts';

/** Where a volume of a Pod is: a tree, and the directory in it. */
export interface MountedVolume {
  readonly volume: Volume;
  /** Path inside the tree, without slashes around it; '' is its top. */
  readonly root: string;
  readonly readOnly: boolean;
}

export interface PodVolumesDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly runtime: ContainerRuntime;
  readonly disks: Disks;
  /** What the node has for Pods. */
  readonly allocatableMemoryBytes: number;
  readonly objects: ObjectCache;
  readonly payloadSources: (pod: Pod) => PayloadSources;
  /** FailedMount. */
  readonly onFailure: (pod: Pod, message: string) => void;
  /** How long a changed ConfigMap takes to reach its volume. */
  readonly updateDelayMs: () => number;
  /** How long a claim has to say of its volume where it is before that is told. */
  readonly claimLookMs: number;
  /** When it is asked again; undefined: as other volumes. */
  readonly claimRetryMs: () => number | undefined;
}

/** The volumes of one Pod. */
export interface PodVolumes extends Disposable {
  /** Resolves when all are mounted; tries again and again until then. Rejects when aborted; the signal is asked for by who has to wait. */
  mount(signal: () => AbortSignal): Promise<void>;
  get(name: string): MountedVolume | undefined;
  /** Bytes in an emptyDir; undefined for what is no emptyDir. */
  emptyDirBytes(name: string): number | undefined;
  /** Bytes in all emptyDirs, by where they are; asked for at every heartbeat, of Pods most of which have none. */
  emptyDirUse(): EmptyDirUse;
  /** Writes tokens that have lived for four fifths of their time anew. */
  refreshTokens(): Promise<void>;
  /** The Pod's labels or annotations have changed. */
  podChanged(pod: Pod): void;
  allMounted(): boolean;
}

export interface EmptyDirUse {
  readonly memoryBytes: number;
  readonly diskBytes: number;
}

const NO_USE: EmptyDirUse = { memoryBytes: 0, diskBytes: 0 };

/** One volume on its way. */
interface Entry {
  readonly spec: VolumeSpec;
  state: VolumeState;
  mounted?: MountedVolume;
  payload?: Payload;
  /** Why its claim is of no use yet. */
  problem?: string | undefined;
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/volumemanager */
export function podVolumes(deps: PodVolumesDeps, first: Pod): PodVolumes {
  const {
    client,
    clock,
    rng,
    runtime,
    disks,
    objects,
    allocatableMemoryBytes,
    payloadSources,
    onFailure,
    updateDelayMs,
    claimLookMs,
    claimRetryMs,
  } = deps;
  let pod = first;
  const entries: Entry[] = (pod.spec?.volumes ?? []).map((spec) => ({ spec, state: volumeTable.initial }));
  // What no container mounts is not looked at, whether it could be had or not; a debug container may come and mount it.
  let used = mountedNames(pod);
  const wanted = (): readonly Entry[] =>
    entries.filter(({ state, spec }) => state !== 'mounted' && used.has(spec.name));
  const emptyDirs = entries.filter(({ spec }) => spec.emptyDir !== undefined);
  const followed: Disposable[] = [];
  let update: Disposable | undefined;
  let disposed = false;
  const fsGroup = pod.spec?.securityContext?.fsGroup;

  const send = (entry: Entry, event: VolumeEvent): readonly VolumeEffect[] => {
    const step = volumeTable.step(entry.state, event);
    if (step === undefined) return [];
    entry.state = step.target;
    return step.effects;
  };

  async function mountOne(entry: Entry, signal: () => AbortSignal): Promise<void> {
    // It may have been given up while it waited.
    let event: VolumeEvent = entry.state === 'backingOff' ? 'retry' : 'mount';
    for (let waitMs = FIRST_RETRY_MS; ; waitMs = Math.min(waitMs * 2, LAST_RETRY_MS)) {
      if (!send(entry, event).includes('setUp')) return;
      try {
        await setUp(entry);
        entry.problem = undefined;
        send(entry, 'mounted');
        return;
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        if (error instanceof Unprocessed && event === 'mount') await clock.sleep(claimLookMs, signal());
        entry.problem = error instanceof Unprocessed ? message : undefined;
        const isReported = send(entry, 'failed').includes('reportFailure');
        if (entry.problem !== undefined) {
          if (isReported) reportClaims(entry);
        } else if (isReported && !(error instanceof NotYet)) {
          const isWhole = error instanceof MountFailure;
          onFailure(pod, isWhole ? message : `MountVolume.SetUp failed for volume "${entry.spec.name}" : ${message}`);
        }
      }
      // What a claim waits for is not known to who mounts: it is the Pod's turn that asks again.
      const pauseMs = (entry.problem === undefined ? undefined : claimRetryMs()) ?? waitMs;
      await clock.sleep(pauseMs, signal(), { background: pauseMs > PATIENCE_MS });
      event = 'retry';
    }
  }

  /** One event speaks for all claims; it is told of the first of them. */
  function reportClaims(entry: Entry): void {
    const failed = entries.filter(({ problem }) => problem !== undefined);
    if (failed[0] !== entry) return;
    const list = (some: readonly Entry[]): string =>
      `[${some
        .map(({ spec }) => spec.name)
        .sort()
        .join(' ')}]`;
    const why = failed.map(({ problem }) => problem).join('; ');
    onFailure(
      pod,
      `Unable to attach or mount volumes: unmounted volumes=${list(wanted())}, unattached volumes=[], failed to process volumes=${list(failed)}: ${why}`,
    );
  }

  async function setUp(entry: Entry): Promise<void> {
    const { spec } = entry;
    const group = fsGroup === undefined ? {} : { gid: fsGroup };
    const { emptyDir, hostPath, persistentVolumeClaim, ephemeral, csi, gitRepo } = spec;
    if (emptyDir !== undefined) {
      const options = emptyDirOptions(pod, spec, allocatableMemoryBytes);
      entry.mounted = top(runtime.createVolume({ ...options, ...group }));
      return;
    }
    if (hostPath !== undefined) {
      checkHostPath(runtime.hostFs.fs, hostPath.path, hostPath.type ?? '');
      entry.mounted = { volume: runtime.hostFs, root: trimmed(hostPath.path), readOnly: false };
      return;
    }
    if (persistentVolumeClaim !== undefined || ephemeral !== undefined) {
      const name = persistentVolumeClaim?.claimName ?? `${pod.metadata.name}-${spec.name}`;
      const claimed = await claimedVolume(name, ephemeral !== undefined);
      entry.mounted = { ...claimed, readOnly: persistentVolumeClaim?.readOnly === true || claimed.readOnly };
      return;
    }
    if (csi !== undefined) {
      throw new Error(
        `kubernetes.io/csi: mounter.SetUpAt failed to get CSI client: driver name ${csi.driver} not found in the list of registered CSI drivers`,
      );
    }
    if (gitRepo !== undefined) {
      // Nodes have no git, as most real ones.
      const directory = gitRepo.directory ? [gitRepo.directory] : [];
      const argv = ['clone', '--', gitRepo.repository, ...directory].join(' ');
      throw new Error(`failed to exec 'git ${argv}': : exec: "git": executable file not found in $PATH`);
    }
    const disk = diskName(spec);
    if (disk !== undefined) {
      const volume = disks.disk(disk, (options) => runtime.createVolume(options), {
        fsType: spec.nfs ? 'nfs4' : 'ext4',
      });
      entry.mounted = { ...top(volume), readOnly: spec.nfs?.readOnly === true };
      return;
    }
    const payload = await volumePayload(payloadSources(pod), spec);
    if (payload === undefined) throw new Error(`no volume plugin matched name: ${spec.name}`);
    const mode = fsGroup === undefined ? 0o777 : 0o2777;
    const write = writing(payload, versionName(rng, clock.now()), fsGroup);
    // What may be secret is kept in memory.
    const options: VolumeOptions =
      spec.configMap === undefined
        ? { fsType: 'tmpfs', mode: mode | 0o1000, capacityBytes: memoryLimit(pod, allocatableMemoryBytes), ...group }
        : { fsType: 'ext4', mode, ...group };
    // What may not fit is written at once, so that it is heard of; the rest when somebody looks, which in most Pods nobody does.
    const fits = mostBytes(payload) <= (options.capacityBytes ?? Number.POSITIVE_INFINITY);
    const volume = runtime.createVolume(fits ? { fill: write, ...options } : options);
    if (!fits) write(volume.fs);
    entry.payload = payload;
    entry.mounted = { ...top(volume), readOnly: true };
  }

  async function rewrite(entry: Entry): Promise<void> {
    const payload = await volumePayload(payloadSources(pod), entry.spec);
    if (disposed || payload === undefined || entry.payload === undefined || samePayload(payload, entry.payload)) return;
    entry.payload = payload;
    if (entry.mounted) writeAtomically(entry.mounted.volume.fs, payload, versionName(rng, clock.now()), fsGroup);
  }

  async function claimedVolume(name: string, generic: boolean): Promise<MountedVolume> {
    const namespace = pod.metadata.namespace;
    const unprocessed = (claimed: string, why: string): Error =>
      new Unprocessed(`error processing PVC ${namespace}/${claimed}: ${why}`);
    const claim = await client.resource(kinds.persistentVolumeClaim).get(name, namespace).catch(ignoreNotFound);
    if (claim === undefined)
      throw unprocessed(name, `failed to fetch PVC from API server: persistentvolumeclaims "${name}" not found`);
    if (generic && !claim.metadata.ownerReferences?.some(({ uid }) => uid === pod.metadata.uid)) {
      throw new Error(
        `PVC ${namespace}/${name} was not created for pod ${namespace}/${pod.metadata.name} (pod is not owner)`,
      );
    }
    const { phase = '' } = claim.status ?? {};
    if (phase !== 'Bound' || !claim.spec?.volumeName) throw unprocessed(name, 'PVC is not bound');
    const persistent = await client.resource(kinds.persistentVolume).get(claim.spec.volumeName).catch(ignoreNotFound);
    if (persistent === undefined) {
      const missing = claim.spec.volumeName;
      throw unprocessed(
        name,
        `failed to fetch PV ${missing} from API server: persistentvolumes "${missing}" not found`,
      );
    }
    const { csi } = persistent.spec ?? {};
    if (csi !== undefined) return deviceMount(persistent.metadata.name ?? '', csi);
    return persistentMount(persistent);
  }

  /** What a driver does once its volume is attached; nodes have none. */
  async function deviceMount(name: string, { driver, volumeHandle }: CSIPersistentVolumeSource): Promise<never> {
    const known = await client.resource(kinds.csiDriver).get(driver).catch(ignoreNotFound);
    if (known?.spec?.attachRequired !== false) {
      const node = await client.resource(kinds.node).get(pod.spec?.nodeName ?? '');
      const unique = `kubernetes.io/csi/${driver}^${volumeHandle}`;
      if (node.status?.volumesAttached?.some((each) => each.name === unique) !== true)
        throw new NotYet(`volume ${name} is not attached`);
    }
    throw new MountFailure(
      `MountVolume.MountDevice failed for volume "${name}" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name ${driver} not found in the list of registered CSI drivers`,
    );
  }

  /** @throws {MountFailure} by the name of the volume that the claim has */
  function persistentMount(persistent: PersistentVolume): MountedVolume {
    const { hostPath, local } = persistent.spec ?? {};
    const of = `for volume "${persistent.metadata.name}"`;
    if (hostPath !== undefined) {
      try {
        checkHostPath(runtime.hostFs.fs, hostPath.path, hostPath.type ?? '');
      } catch (error) {
        throw new MountFailure(`MountVolume.SetUp failed ${of} : ${error instanceof Error ? error.message : error}`);
      }
      return { volume: runtime.hostFs, root: trimmed(hostPath.path), readOnly: false };
    }
    if (local !== undefined) {
      if (!runtime.hostFs.fs.exists(local.path)) {
        throw new MountFailure(
          `MountVolume.NewMounter initialization failed ${of} : path "${local.path}" does not exist`,
        );
      }
      return { volume: runtime.hostFs, root: trimmed(local.path), readOnly: false };
    }
    const { name, options } = persistentDisk(persistent);
    return top(disks.disk(name, (made: VolumeOptions) => runtime.createVolume(made), options));
  }

  function follow(): void {
    const namespace = pod.metadata.namespace ?? '';
    for (const [kind, name] of referredObjects(pod)) {
      followed.push(objects.follow(kind, namespace, name, scheduleUpdate));
    }
  }

  function scheduleUpdate(): void {
    if (disposed || update !== undefined) return;
    update = clock.setTimer(updateDelayMs(), () => {
      update = undefined;
      void updateAll();
    });
  }

  async function updateAll(tokens = false): Promise<void> {
    for (const entry of entries) {
      if (disposed || entry.payload === undefined || !send(entry, 'changed').includes('update')) continue;
      if (!tokens && isOnlyToken(entry.spec)) continue;
      try {
        await rewrite(entry);
      } catch (error) {
        // The old files stay until what is missing is there again.
        const message = error instanceof Error ? error.message : String(error);
        onFailure(pod, `MountVolume.SetUp failed for volume "${entry.spec.name}" : ${message}`);
      }
    }
  }

  return {
    async mount(signal) {
      if (followed.length === 0) follow();
      const waiting = wanted().map((entry) => mountOne(entry, signal));
      if (waiting.length > 0) await Promise.all(waiting);
    },
    get: (name) => entries.find(({ spec }) => spec.name === name)?.mounted,
    emptyDirBytes(name) {
      const entry = entries.find(({ spec }) => spec.name === name);
      return entry?.spec.emptyDir === undefined ? undefined : entry.mounted?.volume.usedBytes;
    },
    emptyDirUse() {
      if (emptyDirs.length === 0) return NO_USE;
      let [memoryBytes, diskBytes] = [0, 0];
      for (const { spec, mounted } of emptyDirs) {
        const bytes = mounted?.volume.usedBytes ?? 0;
        if (spec.emptyDir?.medium === 'Memory') memoryBytes += bytes;
        else diskBytes += bytes;
      }
      return { memoryBytes, diskBytes };
    },
    refreshTokens: () => updateAll(true),
    podChanged(next) {
      const before = pod;
      pod = next;
      if (before.spec?.ephemeralContainers !== next.spec?.ephemeralContainers) used = mountedNames(next);
      const same =
        before.metadata.labels === next.metadata.labels && before.metadata.annotations === next.metadata.annotations;
      if (!same && entries.some(({ spec }) => showsMetadata(spec))) scheduleUpdate();
    },
    allMounted() {
      return entries.every(({ state, spec }) => state === 'mounted' || !used.has(spec.name));
    },
    dispose() {
      if (disposed) return;
      disposed = true;
      update?.dispose();
      for (const one of followed) one.dispose();
      for (const entry of entries) send(entry, 'unmount');
    },
  };
}

/** Something that others have still to do: waited for without an event. */
class NotYet extends Error {}

/** A claim that says of no volume where it is. */
class Unprocessed extends Error {}

/** Whose message says all. */
class MountFailure extends Error {}

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 122_000;
/** Who waits longer waits in the background. */
const PATIENCE_MS = 60_000;

/** Apart, so that it holds on to nothing else. */
const writing =
  (payload: Payload, directory: string, gid: number | undefined) =>
  (fs: Volume['fs']): void =>
    writeAtomically(fs, payload, directory, gid);

const top = (volume: Volume): MountedVolume => ({ volume, root: '', readOnly: false });
const trimmed = (path: string): string => path.replace(/^\/+|\/+$/g, '');
