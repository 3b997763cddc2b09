import type { EndpointSlice } from '@tabernetes/api/types/discovery-v1';
import { type Disposable, DisposableStore } from '@tabernetes/base';
import type { NetworkAgentDeps } from './deps.ts';
import { dirtyKeys } from './dirty-keys.ts';
import { serviceRules } from './service-rules.ts';
import { BY_SERVICE, serviceKeyOf, slicesByService } from './slices.ts';

/**
 * Writes the rules of Services: of each when it or one of its EndpointSlices changes, of others never. One for all nodes, since they
 * share the data plane.
 *
 * @see https://kubernetes.io/docs/reference/networking/virtual-ips/
 */
export function startProxier({ services, endpointSlices, dataPlane, clock, onError }: NetworkAgentDeps): Disposable {
  slicesByService(endpointSlices);
  const store = new DisposableStore();
  const dirty = store.add(
    dirtyKeys({ clock, onError }, (key) => {
      const service = services.lister.byKey(key);
      const rules = service === undefined ? [] : serviceRules(service, endpointSlices.lister.byIndex(BY_SERVICE, key));
      dataPlane.setService(key, rules);
    }),
  );
  const changed = ({
    metadata,
  }: {
    readonly metadata: { readonly namespace?: string; readonly name?: string };
  }): void => dirty.add(`${metadata.namespace}/${metadata.name}`);
  const moved = (slice: EndpointSlice): void => {
    const key = serviceKeyOf(slice);
    if (key !== undefined) dirty.add(key);
  };
  store.add(services.addHandler({ onAdd: changed, onUpdate: changed, onDelete: changed }));
  store.add(
    endpointSlices.addHandler({
      onAdd: moved,
      onUpdate(slice, old) {
        moved(slice);
        if (serviceKeyOf(old) !== serviceKeyOf(slice)) moved(old);
      },
      onDelete: moved,
    }),
  );
  return store;
}
