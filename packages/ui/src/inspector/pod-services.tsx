import type { Pod } from '@tabernetes/api/types/core-v1';
import { useMemo } from 'react';
import { useSelection } from '../app/selection.tsx';
import { useMessages } from '../messages/messages.ts';
import { servicesOf } from '../model/pod-services.ts';
import { useCluster, useKind } from '../world/hooks.ts';

/** Which Services send requests to a Pod, and why others do not. */
export function PodServices({ pod }: { readonly pod: Pod }) {
  const { world } = useCluster();
  const { select } = useSelection();
  const { services: words } = useMessages();
  const services = useKind('Service');
  const slices = useKind('EndpointSlice');
  const found = useMemo(() => {
    void services;
    void slices;
    return servicesOf(pod, world);
  }, [pod, world, services, slices]);
  if (found.length === 0) return null;
  return (
    <>
      <h3>{words.title}</h3>
      <ul className="pod-services">
        {found.map((each) => (
          <li key={each.service} className={each.answer === 'sends' ? 'sends' : ''}>
            <button
              type="button"
              onClick={() => select({ kind: 'Service', namespace: pod.metadata.namespace ?? '', name: each.service })}
            >
              {each.service}
            </button>{' '}
            {each.answer === 'labels' ? words.labels(each.wanted, each.has) : words.answers[each.answer]}
          </li>
        ))}
      </ul>
    </>
  );
}
