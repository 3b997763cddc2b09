import { expect, test } from 'vitest';
import { kubectlOnServer } from '../../testing/admin-server.ts';

const deployment = (name: string, selector: object, ports = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, labels: {app: ${name}}}
spec:
  selector: ${JSON.stringify(selector)}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: c, image: nginx, ports: [${ports}]}]}
`;
const SET = { matchExpressions: [{ key: 'app', operator: 'In', values: ['set'] }] };
const FILES = {
  '/work/set.yaml': deployment('set', SET),
  '/work/both.yaml': deployment('both', { matchLabels: { app: 'both' }, ...SET }),
  '/work/two.yaml': `${deployment('web', { matchLabels: { app: 'web' } }, '{containerPort: 80}')}---\n${deployment('set', SET)}`,
};

test('KCT-59 expose wants labels to select by, and nothing but labels', async () => {
  const run = await kubectlOnServer(FILES);
  const because = "error: couldn't retrieve selectors via --selector flag or introspection:";
  expect((await run('expose -f set.yaml --port=80')).stderr).toBe(
    `${because} invalid deployment: no selectors, therefore cannot be exposed\n`,
  );
  expect((await run('expose -f both.yaml --port=80')).stderr).toBe(
    `${because} couldn't convert expressions - "[{Key:app Operator:In Values:[set]}]" to map-based selector format\n`,
  );
});

test('KCT-59 of several objects, the first that tells a selector, labels and a port tells them for all', async () => {
  const run = await kubectlOnServer(FILES);
  const { stdout } = await run('expose -f two.yaml --dry-run=client -o jsonpath={.metadata}{.spec}{"\\n"}');
  expect(stdout.match(/"selector":\S+?\}/g)).toEqual(['"selector":{"app":"web"}', '"selector":{"app":"web"}']);
  expect(stdout.match(/"labels":\S+?\}/g)).toEqual(['"labels":{"app":"web"}', '"labels":{"app":"web"}']);
  expect(stdout.match(/"port":\d+/g)).toEqual(['"port":80', '"port":80']);
});
