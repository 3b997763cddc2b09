import { kinds } from '@tabernetes/api';
import type { CustomResourceDefinition } from '@tabernetes/api/types/apiextensions-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import type { Disposable } from '@tabernetes/base';
import { createInformer, type InformerHandler, type ResourceReference } from '@tabernetes/client';
import type { ControllerContext } from '../runtime/context.ts';

/** The kinds that CustomResourceDefinitions make, while they are served. */
export interface CustomKinds {
  /** Every version of every kind. */
  find(apiVersion: string, kind: string): ResourceReference | undefined;
  /** Follows the objects of each kind from when it is established; they are told with the version that is watched. */
  follow(handlerOf: (kind: ResourceReference) => InformerHandler<KubeObject>): Disposable;
}

interface Followed extends Disposable {
  readonly versions: readonly ResourceReference[];
}

/** Upstream looks for new kinds every 30 s; a definition tells of itself at once. */
export function customKinds({ client, clock, informers, onError }: ControllerContext): CustomKinds {
  const followed = new Map<string, Followed>();
  return {
    find(apiVersion, kind) {
      for (const { versions } of followed.values()) {
        const found = versions.find((each) => each.kind === kind && `${each.group}/${each.version}` === apiVersion);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    follow(handlerOf) {
      const begin = (crd: CustomResourceDefinition): void => {
        const name = crd.metadata.name ?? '';
        const isEstablished = crd.status?.conditions?.some((c) => c.type === 'Established' && c.status === 'True');
        if (followed.has(name) || !isEstablished) return;
        const versions = versionsOf(crd);
        const [reference] = versions;
        if (reference === undefined) return;
        const informer = createInformer({ client: client.resource(reference), clock, onError });
        informer.addHandler(handlerOf(reference));
        followed.set(name, { versions, dispose: () => informer.dispose() });
        // What keeps it from listing is told to onError by the informer, which tries again.
        informer.start().catch(() => undefined);
      };
      const end = ({ metadata: { name = '' } }: KubeObject): void => {
        followed.get(name)?.dispose();
        followed.delete(name);
      };
      const definitions = informers.for<CustomResourceDefinition>(kinds.customResourceDefinition).addHandler({
        onAdd: begin,
        onUpdate: (crd, old) => {
          if (crd.spec !== old.spec) end(crd);
          begin(crd);
        },
        onDelete: end,
      });
      return {
        dispose() {
          definitions.dispose();
          for (const each of followed.values()) each.dispose();
          followed.clear();
        },
      };
    },
  };
}

/** The stored version first: it is the one that is followed. */
function versionsOf({ spec, status }: CustomResourceDefinition): readonly ResourceReference[] {
  const { kind, plural } = status?.acceptedNames?.plural ? status.acceptedNames : spec.names;
  return spec.versions
    .filter(({ served }) => served)
    .sort((a, b) => Number(b.storage) - Number(a.storage))
    .map(({ name: version }) => ({
      group: spec.group,
      version,
      kind,
      plural,
      namespaced: spec.scope === 'Namespaced',
    }));
}
