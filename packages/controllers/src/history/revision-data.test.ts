import { schemaOf } from '@tabernetes/api';
import type { PodTemplateSpec } from '@tabernetes/api/types/core-v1';
import { canonical } from '@tabernetes/apimachinery';
import { describe, expect, test } from 'vitest';
import { revisionData, revisionHash, revisionName, sameData } from './revision-data.ts';

/** As the API server stores `containers: [{ name, image }]`. */
const stored = (app: string, name: string, image: string): PodTemplateSpec =>
  canonical(schemaOf('io.k8s.api.core.v1.PodTemplateSpec'), {
    metadata: { labels: { app } },
    spec: {
      containers: [
        {
          name,
          image,
          imagePullPolicy: 'IfNotPresent',
          resources: {},
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
        },
      ],
      dnsPolicy: 'ClusterFirst',
      restartPolicy: 'Always',
      schedulerName: 'default-scheduler',
      securityContext: {},
      terminationGracePeriodSeconds: 30,
    },
  });

describe('the hash of a revision', () => {
  // Names that kube-controller-manager 1.32.13 gave.
  const recorded: readonly [PodTemplateSpec, string][] = [
    [stored('db', 'pg', 'postgres:15'), '67587f7c65'],
    [stored('db', 'pg', 'postgres:16'), '868bb7cccd'],
    [stored('ond', 'c', 'nginx:1'), '67b64dfb94'],
    [stored('ond', 'c', 'nginx:2'), '85cbcb6cc9'],
  ];
  for (const [template, hash] of recorded) {
    test(`STS-2 of ${template.spec?.containers[0]?.image} is ${hash}`, () => {
      expect(revisionHash(revisionData(template), 0)).toBe(hash);
    });
  }
  test('STS-2 changes with the collision count', () => {
    const data = revisionData(stored('db', 'pg', 'postgres:15'));
    expect(revisionHash(data, 1)).not.toBe(revisionHash(data, 0));
  });
  test('STS-2 goes after at most 223 letters of the name', () => {
    expect(revisionName('db', 'x')).toBe('db-x');
    expect(revisionName('a'.repeat(250), 'x')).toBe(`${'a'.repeat(223)}-x`);
  });
});

test('STS-2 a revision holds the patch that brings the template back, sorted', () => {
  const template = stored('db', 'pg', 'postgres:15');
  const data = revisionData(template);
  expect(JSON.stringify(data)).toMatch(
    /^\{"spec":\{"template":\{"\$patch":"replace","metadata":\{"creationTimestamp":null,"labels":\{"app":"db"\}\},"spec":\{"containers"/,
  );
  expect(revisionData(template)).toBe(data);
  expect(sameData(data, revisionData(stored('db', 'pg', 'postgres:15')))).toBe(true);
  expect(sameData(data, revisionData(stored('db', 'pg', 'postgres:16')))).toBe(false);
});
