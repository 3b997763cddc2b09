import type { NetworkPolicy } from '@tabernetes/api/types/networking-v1';
import { seededRng, virtualClock } from '@tabernetes/base';
import { simulatedNetwork } from '@tabernetes/network-sim';
import type { PodSandboxConfig } from '@tabernetes/node-api';
import { describe, expect, test } from 'vitest';
import { type PolicyPod, policyRules } from './policy-rules.ts';

type Spec = NonNullable<NetworkPolicy['spec']>;

const NAMESPACES = { shop: { team: 'a' }, ops: { team: 'b', 'kubernetes.io/metadata.name': 'ops' } };
const PODS = {
  web: { namespace: 'shop', labels: { app: 'web' } },
  db: { namespace: 'shop', labels: { app: 'db' } },
  other: { namespace: 'ops', labels: { app: 'web', role: 'monitor' } },
} as const;
type Name = keyof typeof PODS;
const PORT = 5432;

/** Who gets through, among three Pods in two namespaces that all listen on two ports: `from>to:port`. */
async function connections(...specs: readonly Spec[]): Promise<readonly string[]> {
  const clock = virtualClock({ startMs: 0 });
  const network = simulatedNetwork({ clock, rng: seededRng(1) });
  const names = Object.keys(PODS) as Name[];
  const seen = new Map<Name, PolicyPod>();
  const nets = names.map((name, i) => {
    network.addNode({ name: `node-${i}`, ip: `172.18.0.${i + 2}`, podCIDR: `10.244.${i}.0/24` });
    const { net, ips } = network.attach(`node-${i}`, {
      namespace: '',
      name,
      uid: name,
      hostPorts: [],
      hostNetwork: false,
      dns: { nameservers: [], searches: [], options: [] },
    } as unknown as PodSandboxConfig);
    for (const port of [PORT, 80]) net.listen(port, () => undefined);
    seen.set(name, { ...PODS[name], ip: ips[0] ?? '', ports: [{ name: 'sql', port: PORT, protocol: 'TCP' }] });
    return [name, net] as const;
  });
  specs.forEach((spec, i) => {
    const policy = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `p${i}`, namespace: 'shop' },
      spec,
    } as NetworkPolicy;
    const rules = policyRules(policy, {
      in: (namespace) => [...seen.values()].filter((pod) => pod.namespace === namespace),
      namespaces: (selector) =>
        Object.entries(NAMESPACES).flatMap(([name, labels]) => (selector.matches(labels) ? [name] : [])),
    });
    network.setPolicy(`shop/p${i}`, rules);
  });
  const through: string[] = [];
  const attempts = nets.flatMap(([from, net]) =>
    names.flatMap((to) =>
      from === to
        ? []
        : [PORT, 80].map((port) =>
            net.connect(seen.get(to)?.ip ?? '', port, { timeoutMs: 1000 }).then(
              () => void through.push(`${from}>${to}:${port}`),
              (error) => expect(error.code).toBe('ETIMEDOUT'),
            ),
          ),
    ),
  );
  await clock.advance(1000);
  await Promise.all(attempts);
  network.dispose();
  return through.sort();
}

const ALL = ['db>other', 'db>web', 'other>db', 'other>web', 'web>db', 'web>other']
  .flatMap((pair) => [`${pair}:5432`, `${pair}:80`])
  .sort();
const without = (...gone: readonly RegExp[]): readonly string[] =>
  ALL.filter((one) => !gone.some((pattern) => pattern.test(one)));
const app = (name: string) => ({ matchLabels: { app: name } });

describe('NetworkPolicies', () => {
  const cases: readonly { name: string; specs: readonly Spec[]; want: readonly string[] }[] = [
    { name: 'none: everybody speaks to everybody', specs: [], want: ALL },
    {
      name: 'default deny of ingress',
      specs: [{ podSelector: {}, policyTypes: ['Ingress'] }],
      want: without(/>(web|db)/),
    },
    {
      name: 'allow all ingress',
      specs: [
        { podSelector: {}, policyTypes: ['Ingress'] },
        { podSelector: {}, ingress: [{}], policyTypes: ['Ingress'] },
      ],
      want: ALL,
    },
    {
      name: 'default deny of egress',
      specs: [{ podSelector: {}, policyTypes: ['Egress'] }],
      want: without(/^(web|db)>/),
    },
    { name: 'allow all egress', specs: [{ podSelector: {}, egress: [{}], policyTypes: ['Egress'] }], want: ALL },
    { name: 'default deny of both', specs: [{ podSelector: {}, policyTypes: ['Ingress', 'Egress'] }], want: [] },
    {
      name: 'one application to another, one port',
      specs: [
        {
          podSelector: app('db'),
          policyTypes: ['Ingress'],
          ingress: [{ from: [{ podSelector: app('web') }], ports: [{ port: PORT }] }],
        },
      ],
      want: without(/other>db/, /web>db:80/),
    },
    {
      name: 'a Pod selector alone is for the own namespace',
      specs: [{ podSelector: app('db'), policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: {} }] }] }],
      want: without(/other>db/),
    },
    {
      name: 'all of another namespace',
      specs: [
        {
          podSelector: app('db'),
          policyTypes: ['Ingress'],
          ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'b' } } }] }],
        },
      ],
      want: without(/web>db/),
    },
    {
      name: 'namespace and Pod selectors together',
      specs: [
        {
          podSelector: app('db'),
          policyTypes: ['Ingress'],
          ingress: [{ from: [{ namespaceSelector: {}, podSelector: { matchLabels: { role: 'monitor' } } }] }],
        },
      ],
      want: without(/web>db/),
    },
    {
      name: 'either of two peers',
      specs: [
        {
          podSelector: app('db'),
          policyTypes: ['Ingress'],
          ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'b' } } }, { podSelector: app('web') }] }],
        },
      ],
      want: ALL,
    },
    {
      name: 'a block with an exception',
      specs: [
        {
          podSelector: app('db'),
          policyTypes: ['Ingress'],
          ingress: [{ from: [{ ipBlock: { cidr: '10.244.0.0/16', except: ['10.244.2.0/24'] } }] }],
        },
      ],
      want: without(/other>db/),
    },
    {
      name: 'a range of ports',
      specs: [
        { podSelector: app('db'), policyTypes: ['Ingress'], ingress: [{ ports: [{ port: 5000, endPort: 6000 }] }] },
      ],
      want: without(/>db:80/),
    },
    {
      name: 'a named port',
      specs: [{ podSelector: app('db'), policyTypes: ['Ingress'], ingress: [{ ports: [{ port: 'sql' }] }] }],
      want: without(/>db:80/),
    },
    {
      name: 'a named port of whoever is spoken to',
      specs: [{ podSelector: app('web'), policyTypes: ['Egress'], egress: [{ ports: [{ port: 'sql' }] }] }],
      want: without(/web>.*:80/),
    },
    {
      name: 'another protocol',
      specs: [
        { podSelector: app('db'), policyTypes: ['Ingress'], ingress: [{ ports: [{ port: PORT, protocol: 'UDP' }] }] },
      ],
      want: without(/>db/),
    },
    {
      name: 'egress to a block',
      specs: [
        {
          podSelector: app('web'),
          policyTypes: ['Egress'],
          egress: [{ to: [{ ipBlock: { cidr: '10.244.1.0/24' } }] }],
        },
      ],
      want: without(/web>other/),
    },
    {
      name: 'without policyTypes egress rules count, if there are any',
      specs: [{ podSelector: app('web'), egress: [{ to: [{ podSelector: app('db') }] }] } as Spec],
      want: without(/>web/, /web>other/),
    },
    {
      name: 'policies add up',
      specs: [
        { podSelector: app('db'), policyTypes: ['Ingress'], ingress: [{ ports: [{ port: 80 }] }] },
        {
          podSelector: {},
          policyTypes: ['Ingress'],
          ingress: [{ from: [{ podSelector: app('web') }], ports: [{ port: PORT }] }],
        },
      ],
      want: without(/>web/, /other>db:5432/),
    },
  ];
  for (const { name, specs, want } of cases)
    test(`KPX-4 ${name}`, async () => expect(await connections(...specs)).toEqual(want));
});
