import { builtinKinds, type KindDefinition } from '@tabernetes/api';
import { type KubeObject, StatusError, type UserInfo } from '@tabernetes/apimachinery';
import type { Clock, Disposable, Rng } from '@tabernetes/base';
import { type Client, createInformerFactory, trackWrites } from '@tabernetes/client';
import type { Controller, ControllerContext } from '@tabernetes/controllers';
import type { NodeEquipment } from '../nodes/simulated-nodes.ts';

/** Something that a cluster may have beyond what every Kubernetes has. */
export interface Addon {
  /** Kinds that the API server serves for it. */
  readonly kinds?: readonly KindDefinition[];
  /** What it needs to be there: roles, classes. What is there already, as after a restore, is left as it is. */
  readonly objects?: readonly KubeObject[];
  /** Who works for it. `user` is its ServiceAccount in kube-system, which `objects` give rights. */
  readonly controllers?: readonly {
    readonly user: string;
    readonly make: (context: ControllerContext) => Controller;
  }[];
  /** What nodes that run containers come with. */
  readonly equipment?: readonly NodeEquipment[];
}

export interface AddonDeps {
  readonly admin: Client;
  readonly clientOf: (user: UserInfo, userAgent: string) => Client;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly onError: (error: unknown) => void;
}

/** Makes the objects of add-ons and starts their controllers; resolves when these run. */
export async function startAddons(addons: readonly Addon[], deps: AddonDeps): Promise<Disposable> {
  const { admin, clientOf, clock, rng, onError } = deps;
  const parts: Disposable[] = [];
  for (const { objects = [], controllers = [] } of addons) {
    for (const object of objects) await createOnce(admin, object);
    for (const { user, make } of controllers) {
      const plain = clientOf(serviceAccount(user), user);
      const informers = createInformerFactory({ client: plain, clock, onError });
      const { client, caughtUp } = trackWrites(plain, informers);
      const controller = make({ client, informers, clock, rng: rng.fork(user), onError, caughtUp });
      await controller.start();
      parts.push(controller, informers);
    }
  }
  return {
    dispose() {
      for (const part of parts) part.dispose();
    },
  };
}

/** A ClusterRole for a ServiceAccount in kube-system, and its binding. */
export function rights(
  user: string,
  rules: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
  }[],
): readonly KubeObject[] {
  const name = `tabernetes:${user}`;
  const apiGroup = 'rbac.authorization.k8s.io';
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: user, namespace: 'kube-system' } },
    { apiVersion: `${apiGroup}/v1`, kind: 'ClusterRole', metadata: { name }, rules },
    {
      apiVersion: `${apiGroup}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup, kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', name: user, namespace: 'kube-system' }],
    },
  ] as readonly KubeObject[];
}

/** Events may be written anywhere. */
export const EVENTS = { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch', 'update'] } as const;

const serviceAccount = (name: string): UserInfo => ({
  name: `system:serviceaccount:kube-system:${name}`,
  groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'],
});

async function createOnce(client: Client, object: KubeObject): Promise<void> {
  const [version = '', group = ''] = object.apiVersion.split('/').reverse();
  const kind = builtinKinds.find((k) => k.kind === object.kind && k.group === group && k.version === version);
  if (kind === undefined) throw new Error(`no kind ${object.apiVersion} ${object.kind}`);
  await client
    .resource(kind)
    .create(object)
    .catch(async (error) => {
      if (!(error instanceof StatusError)) throw error;
      if (error.reason === 'AlreadyExists') return;
      // What a cluster was restored with may be refused for another reason first: its own address is taken, by itself.
      const { name = '', namespace } = object.metadata;
      const known = await client
        .resource(kind)
        .get(name, namespace)
        .catch(() => undefined);
      if (known === undefined) throw error;
    });
}
