import { expect, test } from 'vitest';
import { kubectlOnServer } from '../../testing/admin-server.ts';

test('KCT-52 kinds without revisions are named as kubectl names them', async () => {
  const run = await kubectlOnServer({});
  await run('create configmap a');
  await run('create ingress a --rule=a/b=c:80');
  expect((await run('rollout history cm/a')).stderr).toBe(
    'error: error retrieving history for "ConfigMap", no visitor method exists for { ConfigMap}\n',
  );
  expect((await run('rollout undo ing/a')).stderr).toBe(
    'error: error retrieving rollbacker for "Ingress.networking.k8s.io", no visitor method exists for {networking.k8s.io Ingress}\n',
  );
});

test('KCT-52 a ReplicaSet that was there before its Deployment is revision 0, and nothing to go back to', async () => {
  const spec = (name: string, kind: string, more: string): string =>
    `apiVersion: apps/v1\nkind: ${kind}\nmetadata: {name: ${name}${more}}\nspec:\n  selector: {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: b}}\n    spec: {containers: [{name: c, image: i}]}\n`;
  const run = await kubectlOnServer({ '/work/d.yaml': spec('web', 'Deployment', '') });
  await run('create -f d.yaml --validate=false');
  const uid = (await run('get deploy web -o jsonpath={.metadata.uid}')).stdout;
  const owner = `, labels: {a: b}, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: ${uid}, controller: true}]`;
  const numbered = `${owner}, annotations: {deployment.kubernetes.io/revision: "1"}`;
  const files = { '/work/r.yaml': `${spec('old', 'ReplicaSet', owner)}---\n${spec('new', 'ReplicaSet', numbered)}` };
  await run('create -f r.yaml --validate=false', { files });
  expect((await run('rollout history deploy web')).stdout).toBe(
    'deployment.apps/web \nREVISION  CHANGE-CAUSE\n0         <none>\n1         <none>\n\n',
  );
  expect((await run('rollout undo deploy web')).code).toBe(1);
  expect((await run('rollout undo deploy web --to-revision=9007199254740993')).stderr).toBe(
    'error: unable to find specified revision 9007199254740993 in history\n',
  );
});
