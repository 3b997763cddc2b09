import type { CustomResourceDefinition } from '@tabernetes/api/types/apiextensions-v1';
import type { APIService } from '@tabernetes/api/types/apiregistration-v1';
import { type KubeObject, sameJson } from '@tabernetes/apimachinery';
import type { Disposable } from '@tabernetes/base';
import type { Store } from '@tabernetes/storage';
import type { ApiServer } from '../api-server.ts';
import { writeAsSelf } from '../upkeep/own-requests.ts';
import { type Upkeep, upkeep } from '../upkeep/upkeep.ts';
import { type StoredObjects, storedObjects } from '../webhooks/stored-objects.ts';
import { BUILT_IN, CUSTOM, type Priority } from './priorities.ts';

const PATH = '/apis/apiregistration.k8s.io/v1/apiservices';
const MANAGED = 'kube-aggregator.kubernetes.io/automanaged';

export interface LocalServicesDeps {
  readonly server: ApiServer;
  readonly store: Store<KubeObject>;
  readonly services: StoredObjects<APIService>;
  /** Is told of what should not happen: the server refuses its own writes. */
  readonly onError: (error: unknown) => void;
}

interface Wanted {
  readonly group: string;
  readonly version: string;
  readonly priority: Priority;
  readonly label: 'onstart' | 'true';
}

/**
 * Makes an APIService for every group and version that the server has itself. Those of its own groups are made once, when it
 * starts; those of custom resources come back when they are deleted or changed, and go with their definitions. Resolves when all are there.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/kube-aggregator/pkg/controllers/autoregister/autoregister_controller.go
 */
export async function localServices(deps: LocalServicesDeps): Promise<Disposable & { wake(): void }> {
  const { server, store, services, onError } = deps;
  // What changes before there is anybody to wake is seen with the first look.
  let kept: Upkeep | undefined;
  const definitions = await storedObjects<CustomResourceDefinition>(
    store,
    { group: 'apiextensions.k8s.io', plural: 'customresourcedefinitions' },
    () => kept?.wake(),
  );

  const wanted = (): ReadonlyMap<string, Wanted> => {
    const found = new Map<string, Wanted>();
    for (const [groupVersion, priority] of BUILT_IN) {
      const [group = '', version = ''] = groupVersion.split('/');
      if (!server.kinds.servesVersion(group, version)) continue;
      found.set(`${version}.${group}`, { group, version, priority, label: 'onstart' });
    }
    for (const { metadata, spec } of definitions.list()) {
      if (
        metadata.deletionTimestamp !== undefined &&
        !server.kinds.servesVersion(spec.group, spec.versions[0]?.name ?? '')
      )
        continue;
      for (const { name: version, served } of spec.versions) {
        const name = `${version}.${spec.group}`;
        if (!served || found.has(name)) continue;
        found.set(name, { group: spec.group, version, priority: CUSTOM, label: 'true' });
      }
    }
    return found;
  };

  const made = new Set<string>();
  const look = function* (): Generator<() => Promise<void>> {
    const all = wanted();
    const there = new Map(services.list().map((service) => [service.metadata.name ?? '', service]));
    for (const [name, { group, version, priority, label }] of all) {
      if (made.has(name)) continue;
      const spec = { group, version, groupPriorityMinimum: priority.group, versionPriority: priority.version };
      const known = there.get(name);
      if (known === undefined) {
        const metadata = { name, labels: { [MANAGED]: label } };
        const object = { apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', metadata, spec };
        yield () => writeAsSelf(server, { method: 'POST', path: PATH, object });
      } else if (known.metadata.labels?.[MANAGED] === 'true' && !sameJson(known.spec, spec)) {
        yield () => writeAsSelf(server, { method: 'PUT', path: `${PATH}/${name}`, object: { ...known, spec } });
      }
      if (label === 'onstart') made.add(name);
    }
    for (const { metadata } of services.list()) {
      const name = metadata.name ?? '';
      if (metadata.labels?.[MANAGED] !== 'true' || all.has(name)) continue;
      yield () => writeAsSelf(server, { method: 'DELETE', path: `${PATH}/${name}` });
    }
  };
  const own = upkeep(look, onError);
  kept = own;
  await own.settled();
  return {
    wake: own.wake,
    dispose() {
      own.dispose();
      definitions.dispose();
    },
  };
}
