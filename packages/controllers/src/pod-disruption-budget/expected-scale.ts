import { kinds } from '@tabernetes/api';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { ignoreNotFound, type KubeObject, type OwnerReference } from '@tabernetes/apimachinery';
import type { Informer } from '@tabernetes/client';
import { resourcePath } from '@tabernetes/client';
import { replicasOf } from '../deployment/limits.ts';
import { controllerOf } from '../pods/pod-state.ts';
import type { ControllerContext } from '../runtime/context.ts';
import type { Synced } from '../runtime/controller.ts';

export interface ExpectedScale {
  readonly informers: readonly Synced[];
  /**
   * How many Pods the owners of these ask for.
   * @throws {ScaleProblem} for an owner that has no scale, or is not there
   */
  of(pods: readonly Pod[], signal: AbortSignal): Promise<Scale>;
}

export interface Scale {
  readonly expected: number;
  /** Some Pods have no owner: they are not counted. */
  readonly unmanaged: boolean;
}

export class ScaleProblem extends Error {
  override readonly name = 'ScaleProblem';
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/disruption/disruption.go getExpectedScale */
export function expectedScale({ client, informers }: ControllerContext): ExpectedScale {
  const replicationControllers = informers.for(kinds.replicationController);
  const replicaSets = informers.for(kinds.replicaSet);
  const deployments = informers.for(kinds.deployment);
  const statefulSets = informers.for(kinds.statefulSet);

  /** What owns a Pod in the end: of a Deployment's ReplicaSet the Deployment. Undefined: none of those that are known. */
  function wellKnown(owner: OwnerReference, namespace: string | undefined): Scaled | undefined {
    const group = owner.apiVersion.split('/').at(-2) ?? '';
    if (owner.kind === 'ReplicationController' && group === '') return live(replicationControllers, owner, namespace);
    if (owner.kind === 'StatefulSet' && group === 'apps') return live(statefulSets, owner, namespace);
    if (owner.kind !== 'ReplicaSet' || (group !== 'apps' && group !== 'extensions')) return undefined;
    const replicaSet = live(replicaSets, owner, namespace);
    const above = replicaSet && controllerOf(replicaSet);
    return above?.kind === 'Deployment' ? live(deployments, above, namespace) : replicaSet;
  }

  /** Anything else that says how many replicas it has, through its scale. */
  async function byScale(owner: OwnerReference, namespace: string, signal: AbortSignal): Promise<Scaled | undefined> {
    const [version = '', group = ''] = owner.apiVersion.split('/').reverse();
    const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
    const read = async (path: string): Promise<unknown> => {
      const { body } = await client.request({ method: 'GET', path, signal });
      return body.kind === 'object' ? body.object : undefined;
    };
    const found = await read(root).catch(ignoreNotFound);
    const { resources = [] } = (found ?? {}) as { readonly resources?: readonly { name: string; kind: string }[] };
    const plural = resources.find(({ name, kind }) => kind === owner.kind && !name.includes('/'))?.name;
    if (plural === undefined) {
      throw new ScaleProblem(`no matches for kind "${owner.kind}" in version "${owner.apiVersion}"`);
    }
    if (!resources.some(({ name }) => name === `${plural}/scale`)) {
      const name = group === '' ? plural : `${plural}.${group}`;
      throw new ScaleProblem(`${name} does not implement the scale subresource`);
    }
    const reference = { group, version, kind: owner.kind, plural, namespaced: true };
    const scale = await read(resourcePath(reference, namespace, owner.name, 'scale')).catch(ignoreNotFound);
    return (scale as Scaled | undefined)?.metadata.uid === owner.uid ? (scale as Scaled) : undefined;
  }

  return {
    informers: [replicationControllers, replicaSets, deployments, statefulSets],
    async of(pods, signal) {
      const scales = new Map<string, number>();
      const seen = new Set<string>();
      let unmanaged = false;
      for (const pod of pods) {
        const owner = controllerOf(pod);
        if (owner === undefined) unmanaged = true;
        if (owner === undefined || seen.has(owner.uid)) continue;
        seen.add(owner.uid);
        const { namespace = '' } = pod.metadata;
        const scaled = wellKnown(owner, namespace) ?? (await byScale(owner, namespace, signal));
        if (scaled === undefined) throw new ScaleProblem(`found no controllers for pod "${pod.metadata.name}"`);
        scales.set(scaled.metadata.uid ?? '', replicasOf(scaled));
      }
      let expected = 0;
      for (const replicas of scales.values()) expected += replicas;
      return { expected, unmanaged };
    },
  };
}

type Scaled = KubeObject & { readonly spec?: { readonly replicas?: number } };

/** The owner that is meant, and not another of its name. */
function live<T extends Scaled>(
  informer: Informer<T>,
  { name, uid }: OwnerReference,
  namespace: string | undefined,
): T | undefined {
  const object = informer.lister.get(name, namespace);
  return object?.metadata.uid === uid ? object : undefined;
}
