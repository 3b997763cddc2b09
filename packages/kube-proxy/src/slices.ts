import type { EndpointSlice } from '@tabernetes/api/types/discovery-v1';
import type { Informer } from '@tabernetes/client';

/** Index of EndpointSlices by the Service (`namespace/name`) that their label names. */
export const BY_SERVICE = 'service';

export const serviceKeyOf = ({ metadata }: EndpointSlice): string | undefined => {
  const name = metadata.labels?.['kubernetes.io/service-name'];
  return name === undefined ? undefined : `${metadata.namespace}/${name}`;
};

export function slicesByService(informer: Informer<EndpointSlice>): void {
  informer.addIndex(BY_SERVICE, (slice) => {
    const key = serviceKeyOf(slice);
    return key === undefined ? [] : [key];
  });
}
