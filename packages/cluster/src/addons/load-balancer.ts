import { loadBalancerController } from '@tabernetes/controllers';
import { type Addon, EVENTS, rights } from './addon.ts';

const USER = 'cloud-provider';

/** Services of type LoadBalancer get addresses of 172.18.255.0/24. */
export const loadBalancerAddon = (): Addon => ({
  objects: rights(USER, [
    { apiGroups: [''], resources: ['services'], verbs: ['get', 'list', 'watch', 'patch'] },
    { apiGroups: [''], resources: ['services/status'], verbs: ['update'] },
    EVENTS,
  ]),
  controllers: [{ user: USER, make: (context) => loadBalancerController(context) }],
});
