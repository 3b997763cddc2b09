import type { KindDefinition } from '@tabernetes/api';
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionCondition,
  CustomResourceDefinitionStatus,
} from '@tabernetes/api/types/apiextensions-v1';
import { type Draft, type KubeObject, sameJson } from '@tabernetes/apimachinery';
import type { Clock, Disposable, Rng } from '@tabernetes/base';
import type { Store, StoreEvent } from '@tabernetes/storage';
import type { ApiServer } from '../api-server.ts';
import { storagePrefix } from '../registry/keys.ts';
import type { ServiceDialer } from '../service-dialer.ts';
import { timestamp } from '../time.ts';
import { writeAsSelf } from '../upkeep/own-requests.ts';
import { deleteObjects } from './delete-objects.ts';
import { type CustomResourceKindOptions, customResourceKind } from './kind.ts';
import { acceptNames } from './names.ts';
import { convertByWebhook } from './webhook-conversion.ts';

const DEFINITIONS = { group: 'apiextensions.k8s.io', plural: 'customresourcedefinitions' };
const PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
/** How often upstream looks whether objects are gone. */
const POLL_MS = 5000;
const CLEANUP = 'customresourcecleanup.apiextensions.k8s.io';

export interface CustomResourcesDeps {
  readonly server: ApiServer;
  readonly store: Store<KubeObject>;
  /** Tells of definitions as they change; before anybody else is told, or whoever hears of a kind asks for it too early. */
  readonly follow: (onEvents: (events: readonly StoreEvent<KubeObject>[]) => void) => Disposable;
  readonly clock: Clock;
  readonly rng: Rng;
  /** What reaches the webhooks that convert; absent: nothing does. */
  readonly dialer?: ServiceDialer | undefined;
  /** Is told of what should not happen: the server refuses its own writes. */
  readonly onError: (error: unknown) => void;
}

/** What one definition has made. */
interface Served {
  crd: CustomResourceDefinition;
  /** Versions that are served, as kinds. */
  versions: readonly string[];
  /** Ends when the last object is gone. */
  cleanup?: Disposable;
}

/**
 * Serves the kinds that CustomResourceDefinitions make, from the moment at which their names are accepted, and deletes
 * their objects before a definition goes.
 *
 *   created ──► NamesAccepted ──► Established ──► served ──► deleted ──► objects deleted ──► gone
 *                    └─► a name is taken: not served
 *
 * Resolves when all definitions that are stored are served. Dispose it before the server.
 * @see https://github.com/kubernetes/kubernetes/tree/v1.32.0/staging/src/k8s.io/apiextensions-apiserver/pkg/controller
 */
export async function customResources(deps: CustomResourcesDeps): Promise<Disposable> {
  const definitions = new Definitions(deps);
  const prefix = storagePrefix(DEFINITIONS);
  // Nobody writes a definition before this resolves: whoever makes the first one waits for it.
  const { kvs } = await deps.store.range(prefix);
  for (const { value } of kvs) definitions.put(value as CustomResourceDefinition);
  const watch = deps.follow((events) => {
    for (const event of events) {
      if (event.type === 'put') definitions.put(event.kv.value as CustomResourceDefinition);
      else definitions.remove(event.kv.key.slice(prefix.length));
    }
  });
  await definitions.settled();
  return {
    dispose() {
      watch.dispose();
      definitions.dispose();
    },
  };
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresourcedefinition/etcd.go Delete */
export function beginDeletion(draft: Draft<CustomResourceDefinition>): void {
  const { metadata } = draft;
  const finalizers = metadata.finalizers ?? [];
  if (!finalizers.includes(CLEANUP)) metadata.finalizers = [...finalizers, CLEANUP];
  draft.status = withCondition(draft.status as CustomResourceDefinitionStatus, metadata.deletionTimestamp ?? '', {
    type: 'Terminating',
    status: 'True',
    reason: 'InstanceDeletionPending',
    message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
  }) as Draft<CustomResourceDefinitionStatus>;
}

class Definitions {
  readonly #deps: CustomResourcesDeps;
  readonly #served = new Map<string, Served>();
  readonly #queue = new Set<string>();
  #running: Promise<void> | undefined;
  #disposed = false;

  constructor(deps: CustomResourcesDeps) {
    this.#deps = deps;
  }

  put(crd: CustomResourceDefinition): void {
    const name = crd.metadata.name ?? '';
    const before = this.#served.get(name);
    const served: Served = before ?? { crd, versions: [] };
    this.#served.set(name, served);
    const changed =
      before === undefined ||
      !isEstablished(before.crd) ||
      before.crd.spec !== crd.spec ||
      before.crd.metadata.deletionTimestamp !== crd.metadata.deletionTimestamp ||
      !sameJson(before.crd.status?.acceptedNames, crd.status?.acceptedNames) ||
      !sameJson(before.crd.status?.storedVersions, crd.status?.storedVersions);
    if (before?.versions.length && !sameJson(namesOf(before.crd), namesOf(crd))) this.#stopServing(before);
    served.crd = crd;
    if (isEstablished(crd) && changed) this.#serve(served);
    this.#enqueue(name);
  }

  remove(name: string): void {
    const served = this.#served.get(name);
    if (served === undefined) return;
    this.#stopServing(served);
    served.cleanup?.dispose();
    this.#served.delete(name);
    // Its names are free now.
    for (const [other, { crd }] of this.#served) {
      if (crd.spec.group === served.crd.spec.group) this.#enqueue(other);
    }
  }

  /** Resolves when nothing is left to be written. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  dispose(): void {
    this.#disposed = true;
    for (const { cleanup } of this.#served.values()) cleanup?.dispose();
  }

  #serve(served: Served): void {
    const { server } = this.#deps;
    const { crd } = served;
    const { group } = crd.spec;
    const { plural } = namesOf(crd);
    const options = this.#kindOptions(served);
    const wanted = crd.spec.versions.filter((version) => version.served);
    for (const version of served.versions) {
      if (!wanted.some(({ name }) => name === version)) server.kinds.remove({ group, version, plural });
    }
    const added: string[] = [];
    for (const version of wanted) {
      const known = server.kinds.resource(group, version.name, plural);
      // What the server has built in stays as it is.
      if (known !== undefined && !served.versions.includes(version.name)) continue;
      server.kinds.add(customResourceKind(crd, version, options));
      added.push(version.name);
    }
    served.versions = added;
  }

  #kindOptions(served: Served): CustomResourceKindOptions {
    const { server, clock, rng, dialer } = this.#deps;
    const { crd } = served;
    const converting = { reader: server.reader, clock, rng, dialer };
    return {
      isTerminating: () => served.crd.metadata.deletionTimestamp !== undefined,
      convert: (objects, apiVersion) => convertByWebhook(converting, crd, objects, apiVersion),
    };
  }

  #stopServing(served: Served): void {
    const { group } = served.crd.spec;
    const { plural } = namesOf(served.crd);
    for (const version of served.versions) this.#deps.server.kinds.remove({ group, version, plural });
    served.versions = [];
  }

  #enqueue(name: string): void {
    this.#queue.add(name);
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    // The write that brought us here is answered first.
    await Promise.resolve();
    for (const name of this.#queue) {
      this.#queue.delete(name);
      const served = this.#served.get(name);
      if (served === undefined || this.#disposed) continue;
      try {
        await this.#reconcile(served);
      } catch (error) {
        this.#deps.onError(error);
      }
    }
    this.#running = undefined;
  }

  /** Makes one step; its write brings the definition here again. */
  async #reconcile(served: Served): Promise<void> {
    const { crd } = served;
    if (crd.metadata.deletionTimestamp !== undefined && crd.metadata.finalizers?.includes(CLEANUP)) {
      await this.#finalize(served);
      return;
    }
    const accepted = crd.status?.acceptedNames ?? { kind: '', plural: '' };
    if (!sameJson(accepted, crd.spec.names)) {
      const group = [...this.#served.values()]
        .map((each) => each.crd)
        .filter(({ spec }) => spec.group === crd.spec.group);
      const { names, condition } = acceptNames(crd, group);
      const same = conditionOf(crd, 'NamesAccepted');
      if (!sameJson(names, accepted) || same?.reason !== condition.reason || same?.message !== condition.message) {
        await this.#writeStatus(crd, [condition, establishing(crd, condition.status === 'True')], names);
        return;
      }
    }
    if (conditionOf(crd, 'NamesAccepted')?.status === 'True' && !isEstablished(crd)) {
      await this.#writeStatus(crd, [
        {
          type: 'Established',
          status: 'True',
          reason: 'InitialNamesAccepted',
          message: 'the initial names have been accepted',
        },
      ]);
    }
  }

  async #finalize(served: Served): Promise<void> {
    const { crd } = served;
    if (!isEstablished(crd)) {
      await this.#release(crd, 'NeverEstablished', 'resource was never established');
      return;
    }
    if (conditionOf(crd, 'Terminating')?.reason !== 'InstanceDeletionInProgress') {
      await this.#writeStatus(crd, [
        {
          type: 'Terminating',
          status: 'True',
          reason: 'InstanceDeletionInProgress',
          message: 'CustomResource deletion is in progress',
        },
      ]);
      return;
    }
    if (served.cleanup === undefined) await this.#deleteObjects(served);
    const { kvs } = await this.#deps.store.range(objectsOf(crd), { limit: 1 });
    if (kvs.length > 0) return;
    served.cleanup?.dispose();
    await this.#release(served.crd, 'InstanceDeletionCompleted', 'removed all instances');
  }

  /** Deletes every object, and looks again after a while when the last is gone: finalizers may hold some back. */
  async #deleteObjects(served: Served): Promise<void> {
    const { store, clock } = this.#deps;
    const { crd } = served;
    const { group, versions } = crd.spec;
    const prefix = objectsOf(crd);
    const { kvs } = await store.range(prefix);
    if (kvs.length === 0) return;
    const cleanup = this.#cleanup(crd, prefix, new Set(kvs.map(({ key }) => key)));
    served.cleanup = cleanup;
    const kinds = versions.map((version) => customResourceKind(crd, version, this.#kindOptions(served)));
    const stored = kinds[versions.findIndex(({ storage }) => storage)];
    const kindOf = (apiVersion: string): KindDefinition | undefined =>
      kinds.find(({ version }) => apiVersion === `${group}/${version}`) ?? stored;
    await deleteObjects(store, kvs, kindOf, clock.now());
    cleanup.begin();
  }

  /** Brings the definition here again once its objects are gone, at the interval at which upstream looks. */
  #cleanup(crd: CustomResourceDefinition, prefix: string, left: Set<string>): Disposable & { begin(): void } {
    const { store, clock } = this.#deps;
    let startMs: number | undefined;
    let timer: Disposable | undefined;
    const watch = store.watch({
      prefix,
      onEvents: (events) => {
        for (const { type, kv } of events) {
          if (type === 'put') left.add(kv.key);
          else left.delete(kv.key);
        }
        if (startMs === undefined || left.size > 0) return;
        timer?.dispose();
        const sinceMs = clock.now() - startMs;
        const delayMs = POLL_MS - (sinceMs % POLL_MS);
        timer = clock.setTimer(delayMs, () => this.#enqueue(crd.metadata.name ?? ''));
      },
    });
    return {
      begin: () => {
        startMs = clock.now();
      },
      dispose() {
        watch.dispose();
        timer?.dispose();
      },
    };
  }

  /** Takes the finalizer away, and with it the definition. */
  async #release(crd: CustomResourceDefinition, reason: string, message: string): Promise<void> {
    const { finalizers = [], ...metadata } = crd.metadata;
    const rest = finalizers.filter((name) => name !== CLEANUP);
    await this.#writeStatus({ ...crd, metadata: { ...metadata, ...(rest.length > 0 && { finalizers: rest }) } }, [
      { type: 'Terminating', status: 'False', reason, message },
    ]);
  }

  async #writeStatus(
    crd: CustomResourceDefinition,
    conditions: readonly Condition[],
    acceptedNames = crd.status?.acceptedNames,
  ): Promise<void> {
    const { server, clock } = this.#deps;
    const now = timestamp(clock.now());
    let status: CustomResourceDefinitionStatus = { ...crd.status, ...(acceptedNames && { acceptedNames }) };
    for (const condition of conditions) status = withCondition(status, now, condition);
    const path = `${PATH}/${crd.metadata.name ?? ''}/status`;
    await writeAsSelf(server, { method: 'PUT', path, object: { ...crd, status } });
  }
}

type Condition = Omit<CustomResourceDefinitionCondition, 'lastTransitionTime'>;

const namesOf = ({ status, spec }: CustomResourceDefinition) =>
  status?.acceptedNames?.plural ? status.acceptedNames : spec.names;

const objectsOf = (crd: CustomResourceDefinition): string =>
  storagePrefix({ group: crd.spec.group, plural: namesOf(crd).plural });

const conditionOf = ({ status }: CustomResourceDefinition, wanted: string) =>
  status?.conditions?.find(({ type }) => type === wanted);

const isEstablished = (crd: CustomResourceDefinition): boolean => conditionOf(crd, 'Established')?.status === 'True';

function establishing(crd: CustomResourceDefinition, accepted: boolean): Condition {
  const old = conditionOf(crd, 'Established');
  if (old?.status === 'True') return old;
  if (accepted) {
    return {
      type: 'Established',
      status: 'False',
      reason: 'Installing',
      message: 'the initial names have been accepted',
    };
  }
  return old ?? { type: 'Established', status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' };
}

/** The time is that of the last change of the status alone. */
function withCondition(
  status: CustomResourceDefinitionStatus | undefined,
  now: string,
  condition: Condition,
): CustomResourceDefinitionStatus {
  // Nobody's conditions are stored as null.
  const conditions = status?.conditions ?? [];
  const old = conditions.find(({ type }) => type === condition.type);
  const since = old?.status === condition.status && old.lastTransitionTime ? old.lastTransitionTime : now;
  const next = { ...condition, lastTransitionTime: since };
  return {
    ...status,
    conditions: old ? conditions.map((each) => (each === old ? next : each)) : [...conditions, next],
  };
}
