import { kinds } from '@tabernetes/api';
import type { Ingress, IngressClass } from '@tabernetes/api/types/networking-v1';
import { objectKey } from '@tabernetes/apimachinery';
import { type Controller, type ControllerContext, createController, DONE } from '@tabernetes/controllers';
import { ingressGateway, slicesByService } from '@tabernetes/kube-proxy';
import type { OwnNet, ServerIdentity, SimulatedNetwork } from '@tabernetes/network-sim';
import { type Addon, rights } from './addon.ts';

const USER = 'ingress-nginx';
const CONTROLLER = 'k8s.io/ingress-nginx';
const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
/** Where Ingresses are reached; outside of what balancers give to Services. */
const ADDRESS = '172.18.254.1';

/** Ingresses of the class `nginx`, which is the default one, lead into the cluster at one address. */
export const ingressAddon = (network: SimulatedNetwork): Addon => ({
  objects: [
    ...rights(USER, [
      { apiGroups: [''], resources: ['services', 'secrets'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['networking.k8s.io'], resources: ['ingresses', 'ingressclasses'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['networking.k8s.io'], resources: ['ingresses/status'], verbs: ['update'] },
    ]),
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'nginx', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
      spec: { controller: CONTROLLER },
    } as IngressClass,
  ],
  controllers: [{ user: USER, make: (context) => ingressController(context, network.outside({ ip: ADDRESS })) }],
});

/** Serves Ingresses, and tells in their status where. */
function ingressController(context: ControllerContext, net: OwnNet): Controller {
  const { client, informers, rng } = context;
  const ingresses = informers.for(kinds.ingress);
  const classes = informers.for(kinds.ingressClass);
  const services = informers.for(kinds.service);
  const endpointSlices = informers.for(kinds.endpointSlice);
  const secrets = informers.for(kinds.secret);
  slicesByService(endpointSlices);
  const isOurs = ({ metadata, spec }: Ingress): boolean => {
    const name = spec?.ingressClassName ?? metadata.annotations?.[CLASS_ANNOTATION];
    return name !== undefined && classes.lister.get(name)?.spec?.controller === CONTROLLER;
  };
  const gateway = ingressGateway({
    ingresses: () => ingresses.lister.list().filter(isOurs),
    services: services.lister,
    endpointSlices: endpointSlices.lister,
    secrets: secrets.lister,
    net,
    rng,
  });
  const listeners = [
    net.serve(80, (call) => gateway.handle(call)),
    net.serve(443, (call) => gateway.handle(call), { tls: (host) => gateway.identity(host) ?? FAKE_CERTIFICATE }),
  ];
  const controller = createController(context, {
    name: USER,
    informers: [ingresses, classes, services, endpointSlices, secrets],
    watch: (queue) => {
      const add = (ingress: Ingress): void => queue.add(objectKey(ingress));
      const all = (): void => ingresses.lister.list().forEach(add);
      return [
        ingresses.addHandler({ onAdd: add, onUpdate: add }),
        classes.addHandler({ onAdd: all, onUpdate: all, onDelete: all }),
      ];
    },
    async reconcile(key, signal) {
      const ingress = ingresses.lister.byKey(key);
      if (ingress === undefined || !isOurs(ingress)) return DONE;
      const known = ingress.status?.loadBalancer?.ingress ?? [];
      if (known.length === 1 && known[0]?.ip === ADDRESS) return DONE;
      const status = { loadBalancer: { ingress: [{ ip: ADDRESS }] } };
      await client.resource(kinds.ingress).updateStatus({ ...ingress, status }, { signal });
      return DONE;
    },
  });
  return {
    ...controller,
    start: () => controller.start(),
    dispose() {
      for (const listener of listeners) listener.close();
      controller.dispose();
    },
  };
}

/** What hosts without a certificate of their own show; nobody trusts it. */
const FAKE_CERTIFICATE: ServerIdentity = { authorityPem: () => '', names: ['ingress.local'] };
