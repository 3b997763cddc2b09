import type { KubeObject, UserInfo } from '@tabernetes/apimachinery';
import { virtualClock } from '@tabernetes/base';
import { memoryStore } from '@tabernetes/storage';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { unionAuthorizer } from '../authorization.ts';
import { type TestApiServer, testApiServer } from '../testing/test-api-server.ts';
import { bootstrapRbac } from './bootstrap-rbac.ts';
import { rbacEscalation } from './escalation.ts';
import { privilegedGroups, type RbacAuthorizer, rbacAuthorizer } from './rbac-authorizer.ts';

const ROOT = '/apis/rbac.authorization.k8s.io/v1';
const API = { apiVersion: 'rbac.authorization.k8s.io/v1' };
const GROUP = 'rbac.authorization.k8s.io';
const bob: UserInfo = { name: 'bob', groups: ['devs', 'system:authenticated'] };

let cluster: TestApiServer;
let rbac: RbacAuthorizer;

beforeEach(async () => {
  const store = memoryStore<KubeObject>({ clock: virtualClock({ startMs: 0 }) });
  rbac = await rbacAuthorizer(store);
  cluster = await testApiServer({
    namespaces: ['default', 'kube-system', 'kube-public'],
    deps: { store, authorizer: unionAuthorizer([privilegedGroups, rbac]), admission: [rbacEscalation(rbac)] },
  });
});
afterEach(() => {
  rbac.dispose();
  cluster.dispose();
});

const role = (name: string, ...rules: readonly unknown[]) => ({ ...API, kind: 'Role', metadata: { name }, rules });
const pods = (...verbs: string[]) => ({ apiGroups: [''], resources: ['pods'], verbs });
const binding = (name: string, kind: string, roleName: string, ...subjects: readonly unknown[]) => ({
  ...API,
  kind: 'RoleBinding',
  metadata: { name },
  roleRef: { apiGroup: GROUP, kind, name: roleName },
  subjects,
});
const user = (name: string) => ({ apiGroup: GROUP, kind: 'User', name });
const inDefault = (plural: string) => `${ROOT}/namespaces/default/${plural}`;

const mayGetPods = (who: UserInfo, namespace = 'default') =>
  rbac.authorize({
    user: who,
    verb: 'get',
    path: '',
    resource: { group: '', version: 'v1', resource: 'pods', subresource: '', namespace, name: '' },
  });

describe('rbacAuthorizer', () => {
  test('RBAC-2 a write counts for the next decision', async () => {
    expect(mayGetPods(bob)).toEqual({ allowed: false });
    await cluster.send('POST', inDefault('rolebindings'), binding('b', 'Role', 'reader', user('bob')));
    expect(mayGetPods(bob)).toEqual({ allowed: false, reason: `RBAC: role.${GROUP} "reader" not found` });
    await cluster.send('POST', inDefault('roles'), role('reader', pods('get')));
    const reason = 'RBAC: allowed by RoleBinding "b/default" of Role "reader" to User "bob"';
    expect(mayGetPods(bob)).toEqual({ allowed: true, reason });
    expect(mayGetPods(bob, 'kube-system')).toEqual({ allowed: false });
    await cluster.send('PUT', `${inDefault('rolebindings')}/b`, binding('b', 'Role', 'reader', user('ann')));
    expect(mayGetPods(bob)).toEqual({ allowed: false });
    await cluster.send('DELETE', `${inDefault('rolebindings')}/b`);
    expect(mayGetPods({ name: 'ann', groups: [] })).toEqual({ allowed: false });
  });

  test('RBAC-2 so does a change of the rules alone', async () => {
    const reader = `${inDefault('roles')}/reader`;
    await cluster.send('POST', inDefault('roles'), role('reader', pods('list')));
    await cluster.send('POST', inDefault('rolebindings'), binding('b', 'Role', 'reader', user('bob')));
    const seen = [mayGetPods(bob).allowed];
    await cluster.send('PUT', reader, role('reader', pods('get')));
    seen.push(mayGetPods(bob).allowed);
    await cluster.send('PUT', reader, role('reader', { ...pods('get'), resourceNames: ['web'] }));
    seen.push(mayGetPods(bob).allowed);
    await cluster.send('PUT', reader, role('reader', pods('get')));
    seen.push(mayGetPods(bob).allowed, mayGetPods(bob, 'kube-system').allowed);
    await cluster.send('DELETE', reader);
    seen.push(mayGetPods(bob).allowed);
    const wide = { ...binding('wide', 'ClusterRole', 'reader', user('bob')), kind: 'ClusterRoleBinding' };
    await cluster.send('POST', `${ROOT}/clusterrolebindings`, wide);
    await cluster.send('POST', `${ROOT}/clusterroles`, { ...role('reader', pods('get')), kind: 'ClusterRole' });
    seen.push(mayGetPods(bob, 'kube-system').allowed);
    expect(seen).toEqual([false, true, false, true, false, false, true]);
  });

  test('RBAC-2 rules that speak of names decide by the name, whoever was asked about before', async () => {
    const may = (name: string, verb = 'get') =>
      rbac.authorize({
        user: bob,
        verb,
        path: '',
        resource: { group: '', version: 'v1', resource: 'pods', subresource: '', namespace: 'default', name },
      }).allowed;
    const named = { ...pods('get'), resourceNames: ['web'] };
    await cluster.send('POST', inDefault('roles'), role('reader', named, pods('list')));
    await cluster.send('POST', inDefault('rolebindings'), binding('b', 'Role', 'reader', user('bob')));
    expect([may('db'), may('web'), may('db'), may('db', 'list'), may('web', 'list')]).toEqual([
      false,
      true,
      false,
      true,
      true,
    ]);
  });

  test('RBAC-2 what is asked is told apart, whatever characters are in it', async () => {
    const may = (resource: string, subresource: string, group: string) =>
      rbac.authorize({
        user: bob,
        verb: 'get',
        path: '',
        resource: { group, version: 'v1', resource, subresource, namespace: 'default', name: '' },
      }).allowed;
    const rule = { apiGroups: ['b.c'], resources: ['a/x'], verbs: ['get'] };
    await cluster.send('POST', inDefault('roles'), role('odd', rule));
    await cluster.send('POST', inDefault('rolebindings'), binding('b', 'Role', 'odd', user('bob')));
    expect([may('a', 'x', 'b.c'), may('a/x.b', '', 'c'), may('a', 'x.b', 'c'), may('a', 'x', 'b.c')]).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  test('RBAC-3 the first binding by name, and its first subject, are named', async () => {
    const devs = { apiGroup: GROUP, kind: 'Group', name: 'devs' };
    await cluster.send('POST', inDefault('roles'), role('reader', pods('*')));
    await cluster.send('POST', inDefault('rolebindings'), binding('b', 'Role', 'reader', user('bob')));
    await cluster.send('POST', inDefault('rolebindings'), binding('a', 'Role', 'reader', devs, user('bob')));
    expect(mayGetPods(bob).reason).toBe('RBAC: allowed by RoleBinding "a/default" of Role "reader" to Group "devs"');
  });

  test('RBAC-3 ServiceAccounts of a RoleBinding are of its namespace unless it says otherwise', async () => {
    const account = { kind: 'ServiceAccount', name: 'ci' };
    await cluster.send('POST', inDefault('roles'), role('reader', pods('get')));
    await cluster.send('POST', inDefault('rolebindings'), binding('b', 'Role', 'reader', account));
    expect(mayGetPods({ name: 'system:serviceaccount:default:ci', groups: [] })).toEqual({
      allowed: true,
      reason: 'RBAC: allowed by RoleBinding "b/default" of Role "reader" to ServiceAccount "ci/default"',
    });
    expect(mayGetPods({ name: 'system:serviceaccount:other:ci', groups: [] })).toEqual({ allowed: false });
  });

  test('RBAC-4 tells all rules of a user', async () => {
    await cluster.send('POST', inDefault('roles'), role('reader', { ...pods('get'), resourceNames: ['web'] }));
    await cluster.send('POST', inDefault('rolebindings'), binding('a', 'Role', 'reader', user('bob')));
    await cluster.send('POST', inDefault('rolebindings'), binding('b', 'ClusterRole', 'gone', user('bob')));
    expect(rbac.rulesFor(bob, 'default')).toEqual({
      resourceRules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'], resourceNames: ['web'] }],
      nonResourceRules: [],
      incomplete: false,
      evaluationError: `clusterrole.${GROUP} "gone" not found`,
    });
    await cluster.send('POST', inDefault('rolebindings'), binding('c', 'Role', 'lost', user('bob')));
    const none = { resourceRules: [], nonResourceRules: [] };
    const nodes = {
      authorize: () => ({ allowed: false }),
      rulesFor: () => ({ ...none, incomplete: true, evaluationError: 'no' }),
    };
    expect(await unionAuthorizer([nodes, rbac]).rulesFor?.(bob, 'default')).toMatchObject({
      incomplete: true,
      evaluationError: `[no, clusterrole.${GROUP} "gone" not found, role.${GROUP} "lost" not found]`,
    });
    expect((await unionAuthorizer([nodes]).rulesFor?.(bob, 'default'))?.evaluationError).toBe('no');
  });
});

describe('bootstrapRbac', () => {
  test('RBAC-5 makes what a new cluster holds, and may be called again', async () => {
    await bootstrapRbac(cluster.server);
    await bootstrapRbac(cluster.server);
    const counts: Record<string, number> = {};
    for (const plural of ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings']) {
      const { object } = await cluster.send<{ items: unknown[] }>('GET', `${ROOT}/${plural}`);
      counts[plural] = object.items.length;
    }
    expect(counts).toEqual({ clusterroles: 64, clusterrolebindings: 45, roles: 7, rolebindings: 7 });
  });
});

describe('rbacEscalation', () => {
  const rbacAdmin = { apiGroups: [GROUP], resources: ['roles', 'rolebindings'], verbs: ['create', 'update', 'get'] };

  beforeEach(async () => {
    await cluster.send('POST', inDefault('roles'), role('admin', rbacAdmin, pods('get')));
    await cluster.send('POST', inDefault('rolebindings'), binding('admin', 'Role', 'admin', user('bob')));
  });

  const refused = (name: string, resource: string, ...lines: string[]) => ({
    status: 403,
    object: {
      message: `${resource}.${GROUP} "${name}" is forbidden: user "bob" (groups=["devs" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n${lines.join('\n')}`,
    },
  });

  test('RBAC-6 a role may hold what its author has, and no more', async () => {
    const fine = await cluster.send('POST', inDefault('roles'), role('fine', pods('get')), { user: bob });
    expect(fine.status).toBe(201);
    const more = role('more', pods('get', 'list', 'watch'), { apiGroups: ['apps'], resources: ['*'], verbs: ['get'] });
    expect(await cluster.send('POST', inDefault('roles'), more, { user: bob })).toMatchObject(
      refused(
        'more',
        'roles',
        '{APIGroups:[""], Resources:["pods"], Verbs:["list" "watch"]}',
        '{APIGroups:["apps"], Resources:["*"], Verbs:["get"]}',
      ),
    );
  });

  test('RBAC-6 a binding may grant what its author has, or may bind', async () => {
    await cluster.send('POST', inDefault('roles'), role('writer', pods('delete')));
    const grant = binding('w', 'Role', 'writer', user('ann'));
    expect(await cluster.send('POST', inDefault('rolebindings'), grant, { user: bob })).toMatchObject(
      refused('w', 'rolebindings', '{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}'),
    );
    const gone = await cluster.send('POST', inDefault('rolebindings'), binding('g', 'Role', 'gone'), { user: bob });
    expect(gone.refusal.message).toBe(`rolebindings.${GROUP} "gone" not found`);
    const odd = await cluster.send('POST', inDefault('rolebindings'), binding('g', 'Foo', 'x'), { user: bob });
    expect([odd.refusal.code, odd.refusal.message]).toEqual([500, 'unsupported role reference kind: "Foo"']);
    const mayBind = { apiGroups: [GROUP], resources: ['roles'], resourceNames: ['writer'], verbs: ['bind'] };
    await cluster.send('PUT', `${inDefault('roles')}/admin`, role('admin', rbacAdmin, pods('get'), mayBind));
    expect((await cluster.send('POST', inDefault('rolebindings'), grant, { user: bob })).status).toBe(201);
  });

  test('RBAC-7 owners of an object may be changed without the rights at stake', async () => {
    const more = role('more', pods('delete'));
    const { object } = await cluster.send('POST', inDefault('roles'), more);
    const finalizers = ['example.com/hold'];
    const held = { ...object, metadata: { ...object.metadata, finalizers } };
    expect((await cluster.send('PUT', `${inDefault('roles')}/more`, held, { user: bob })).status).toBe(200);
  });
});
