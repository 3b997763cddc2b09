import { expect, test } from 'vitest';
import { kubectlOnServer } from '../../testing/admin-server.ts';

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: {name: dd, labels: {app: web}}
spec:
  selector: {matchLabels: {app: dd}}
  template:
    metadata: {labels: {app: dd}}
    spec:
      containers:
      - name: c
        image: busybox
        resources: {limits: {cpu: 500m, memory: 64Mi}}
        env:
        - {name: A, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
        - {name: B, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
        - {name: C, valueFrom: {resourceFieldRef: {containerName: c, resource: limits.memory, divisor: 1Mi}}}
        - {name: D, valueFrom: {fieldRef: {fieldPath: "metadata.labels['app']"}}}
        - {name: E, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
        - {name: F, valueFrom: {configMapKeyRef: {name: nope, key: x}}}
`;
const SECRET = 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {user-name: YQ==}\n';

const start = () => kubectlOnServer({ '/work/d.yaml': DEPLOYMENT, '/work/s.yaml': SECRET });

test('KCT-51 --list --resolve reads fields of the object and of the container, and tells of what has no value', async () => {
  const run = await start();
  const { stdout, stderr } = await run('set env --local -f d.yaml --list --resolve');
  expect(stdout).toBe(
    '# Deployment dd, container c\nA=dd\nB=1\nC=64\nD=web\n# E from field path spec.nodeName\n# F from configmap nope, key x\n',
  );
  expect(stderr).toBe(
    'error retrieving reference for E: unsupported fieldPath: spec.nodeName\nerror retrieving reference for F: configmaps "nope" not found\n',
  );
});

test('KCT-51 --from tells which keys get other names', async () => {
  const run = await start();
  for (const file of ['s.yaml', 'd.yaml']) await run(`create -f ${file}`);
  const { stdout, stderr } = await run('set env deploy/dd --from=secret/s');
  expect({ stdout, stderr }).toEqual({
    stdout: 'deployment.apps/dd env updated\n',
    stderr: 'Warning: key user-name transferred to USER_NAME\n',
  });
});

test('KCT-51 with --local, files are read for --from as well, and arguments do not count', async () => {
  const run = await start();
  expect((await run('set env --local -f d.yaml --from=cm/x -o yaml')).stderr).toBe(
    'error: unsupported resource specified in --from\n',
  );
  expect((await run('set env --local deploy/x A=b -o yaml')).stderr).toContain('or filename.\nExample resource');
});

test('KCT-51 what is removed and was not there changes nothing; what has no containers is passed over by --list', async () => {
  const run = await start();
  await run('create -f s.yaml --validate=false');
  await run('create deployment x --image=i');
  expect(await run('set env deploy x NOPE-')).toEqual({ stdout: '', stderr: '', code: 0 });
  expect((await run('set env deploy,secret --all --list')).stdout).toBe('# Deployment x, container i\n');
});

test('KCT-51 set commands take files alone with --local, and name what they refuse', async () => {
  const run = await start();
  expect((await run('set selector svc/a x=y --local')).stderr).toMatch(
    /^error: you must specify resources by --filename/,
  );
  expect((await run('set subject -f s.yaml --user=u --local')).stderr).toBe(
    'error: secret/s setting subjects is only supported for RoleBinding/ClusterRoleBinding\n',
  );
});

test('KCT-51 -e alone may take variables away, and says only afterwards that none was given', async () => {
  const run = await start();
  await run('create deployment x --image=i');
  await run('set env deploy/x -e X=1');
  expect(await run('set env deploy/x -e X-')).toEqual({
    stdout: '',
    stderr: 'error: at least one environment variable must be provided\n',
    code: 1,
  });
  expect((await run('set env deploy/x --list')).stdout).toBe('# Deployment x, container i\n');
});

test('KCT-51 stdin holds variables or objects', async () => {
  const run = await start();
  expect((await run('set env -f - - --local', { stdin: 'A=b' })).stderr).toBe(
    'error: standard input cannot be used for multiple arguments\n',
  );
});
