import { expect, test } from 'vitest';
import { testKubelet } from '../testing/test-kubelet.ts';
import { inOrderOnce } from './late-pods.ts';

test('KUB-26 what happens while something is fetched is heard in its order, and so is what comes right after', async () => {
  const heard: number[] = [];
  const errors: unknown[] = [];
  let arrive: (got: object) => void = () => undefined;
  const coming = new Promise<object>((resolve) => {
    arrive = resolve;
  });
  let got: object | undefined;
  const inOrder = inOrderOnce(
    () => got ?? coming,
    (error) => errors.push(error),
  );
  inOrder(() => {
    heard.push(1);
    inOrder(() => heard.push(4));
    throw new Error('of one alone');
  });
  inOrder(() => heard.push(2));
  got = {};
  inOrder(() => heard.push(3));
  arrive(got);
  await coming;
  await Promise.resolve();
  inOrder(() => heard.push(5));
  expect([heard, errors]).toEqual([[1, 2, 3, 4, 5], [new Error('of one alone')]]);
});

test('KUB-26 what could not be fetched is told, and fetched for the next Pod', async () => {
  const errors: unknown[] = [];
  const fetches = [() => Promise.reject(new Error('offline')), () => ({})];
  const heard: number[] = [];
  const inOrder = inOrderOnce(
    () => fetches.shift()?.() ?? {},
    (error) => errors.push((error as Error).message),
  );
  inOrder(() => heard.push(1));
  await new Promise((resolve) => setTimeout(resolve));
  inOrder(() => heard.push(2));
  expect([heard, errors]).toEqual([[2], ['offline']]);
});

test('KUB-26 the first Pod of a node starts at the moment at which it was bound', async () => {
  const node = await testKubelet();
  const startMs = node.server.clock.now();
  const pod = await node.run('first');
  expect(Date.parse(pod.status?.startTime ?? '')).toBe(startMs);
  node.dispose();
});
