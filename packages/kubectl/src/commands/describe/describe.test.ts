import { expect, test } from 'vitest';
import { kubectlOnServer } from '../../testing/admin-server.ts';

const CM = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';
const CLASS = 'apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: nope}\nspec: {controller: x}\n';

test('KCT-50 describe tells of objects of files that are missing, in the version that was asked for last', async () => {
  const run = await kubectlOnServer({ '/work/class.yaml': CLASS, '/work/cm.yaml': CM });
  expect((await run('describe -f class.yaml')).stderr).toBe(
    'Error from server (NotFound): the server could not find the requested resource\n',
  );
  expect((await run('describe -f cm.yaml')).stderr).toBe('Error from server (NotFound): configmaps "a" not found\n');
});

test('KCT-50 the events of a Deployment are asked for before its ReplicaSets', async () => {
  const run = await kubectlOnServer({});
  await run('create deployment web --image=nginx:1.27');
  const { stderr } = await run('describe deployment web -v=6');
  const asked = [...stderr.matchAll(/GET \S+\/(events|replicasets|deployments)\b/g)].map(([, what]) => what);
  expect(asked).toEqual(['deployments', 'deployments', 'events', 'replicasets']);
});

test('KCT-50 a claim whose source is of the core group has no APIGroup', async () => {
  const spec =
    '{accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}, dataSource: {kind: PersistentVolumeClaim, name: b}}';
  const claim = `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\nspec: ${spec}\n`;
  const run = await kubectlOnServer({ '/work/claim.yaml': claim });
  await run('create -f claim.yaml');
  expect((await run('describe pvc a')).stdout).toContain('DataSource:\n  Kind:   PersistentVolumeClaim\n  Name:   b\n');
});

test('KCT-50 describe says nothing when nobody reads any more', async () => {
  const run = await kubectlOnServer({ '/work/cm.yaml': CM });
  await run('create -f cm.yaml');
  const errors: string[] = [];
  const gone = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
  const stdout = { write: () => Promise.reject(gone), close: () => undefined };
  const stderr = {
    write: async (chunk: unknown) => {
      errors.push(String(chunk));
    },
    close: () => undefined,
  };
  await expect(run('describe cm a', { stdout, stderr })).rejects.toThrow('write EPIPE');
  expect(errors).toEqual([]);
});
