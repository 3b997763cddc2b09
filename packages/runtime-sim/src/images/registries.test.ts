import { expect, test } from 'vitest';
import { parseReference } from './image-spec.ts';
import { registryRefusal } from './registries.ts';

const isRefused = (image: string): boolean => registryRefusal(parseReference(image)) !== undefined;

test('IMB-5 a registry does not have what its name tells that nobody has', () => {
  const missing = [
    'nginx:nope',
    'nginx:doesnotexist',
    'nginx:does-not-exist',
    'nginx:not-found',
    'nginx:wrong-tag',
    'nginx:1.27-broken',
    'nginx:lates',
    'nginx:1.161',
    'docker.io/library/redis:invalid',
    'me/app:1',
    'example.invalid/app:1',
  ];
  expect(missing.filter((image) => !isRefused(image))).toEqual([]);
});

test('IMB-5 and has what may be there', () => {
  const there = [
    'nginx',
    'nginx:stable-alpine',
    'nginx:1.27-perl',
    'nginx:mainline-alpine-slim',
    'python:3.12-slim-bookworm',
    'luksa/kubia:broken',
    'quay.io/team/app:fail',
    'registry.example.com/library/app:wrong',
  ];
  expect(there.filter(isRefused)).toEqual([]);
});
