import { describe, expect, test } from 'vitest';
import { type Discovery, discoveryOf, qualifiedName } from './discovery.ts';

const resource = (name: string, kind: string, group: string, shortNames: readonly string[]) => ({
  resource: name,
  singularResource: kind.toLowerCase(),
  responseKind: { kind, group },
  scope: 'Namespaced' as const,
  shortNames,
  verbs: ['get', 'list'],
});

function discovery(onAmbiguity?: (text: string) => void): Discovery {
  const pods = resource('pods', 'Pod', '', ['po']);
  const events = (group: string) => resource('events', 'Event', group, ['ev']);
  return discoveryOf(
    {
      core: { items: [{ versions: [{ version: 'v1', resources: [pods, events('')] }] }] },
      named: {
        items: [
          {
            metadata: { name: 'apps' },
            versions: [{ version: 'v1', resources: [resource('deployments', 'Deployment', 'apps', ['deploy'])] }],
          },
          // Servers behind an APIService may leave the singular name out.
          {
            metadata: { name: 'metrics.k8s.io' },
            versions: [
              {
                version: 'v1beta1',
                resources: [{ ...resource('nodes', 'NodeMetrics', 'metrics.k8s.io', []), singularResource: '' }],
              },
            ],
          },
          { metadata: { name: 'events.k8s.io' }, versions: [{ version: 'v1', resources: [events('events.k8s.io')] }] },
        ],
      },
    },
    onAmbiguity,
  );
}

describe('names of types', () => {
  const cases: readonly (readonly [name: string, found: string])[] = [
    ['pods', 'pods'],
    ['POD', 'pods'],
    ['po', 'pods'],
    ['pods.v1.', 'pods'],
    ['Deployment', 'deployments.apps'],
    ['deploy.apps', 'deployments.apps'],
    ['deployments.v1.apps', 'deployments.apps'],
    ['deploy.v2.apps', 'deployments.apps'],
    ['events', 'events'],
    ['events.events', 'events.events.k8s.io'],
    ['ev.events.k8s.io', 'events.events.k8s.io'],
  ];
  for (const [name, found] of cases) {
    test(`KCT-39 ${name}`, () => expect(qualifiedName(discovery().find(name))).toBe(found));
  }

  for (const name of ['PO', 'pods.v1', 'deployments.v2.apps', 'pods.apps', '']) {
    test(`KCT-39 ${JSON.stringify(name)} is nobody's`, () =>
      expect(() => discovery().find(name)).toThrow("the server doesn't have a resource type"));
  }

  test('KCT-39 what else a short name could mean is told of, each time', () => {
    const told: string[] = [];
    const from = discovery((text) => told.push(text));
    from.find('ev');
    from.find('ev');
    from.find('events');
    from.find('ev.events.k8s.io');
    expect(told).toEqual(
      Array(2).fill('short name "ev" could also match lower priority resource events.events.k8s.io'),
    );
  });
});
