import { readFileSync } from 'node:fs';
import type { AccessAttributes } from '@tabernetes/api';
import type { KubeObject } from '@tabernetes/apimachinery';
import { unionAuthorizer } from '@tabernetes/apiserver';
import { testApiServer } from '@tabernetes/apiserver/testing';
import { virtualClock } from '@tabernetes/base';
import { memoryStore } from '@tabernetes/storage';
import { expect, test } from 'vitest';
import { bootstrapRbac } from '../../packages/apiserver/src/rbac/bootstrap-rbac.ts';
import { nodeAuthorizer } from '../../packages/apiserver/src/rbac/node-authorizer.ts';
import {
  privilegedGroups,
  type RbacAuthorizer,
  rbacAuthorizer,
} from '../../packages/apiserver/src/rbac/rbac-authorizer.ts';
import { ruleAllows } from '../../packages/apiserver/src/rbac/rules.ts';

/** A question to a real server with nothing but its bootstrap roles, and the answer. */
interface Review {
  readonly user: string;
  readonly groups?: readonly string[];
  readonly resourceAttributes?: Readonly<Record<string, string>>;
  readonly nonResourceAttributes?: { readonly path: string; readonly verb: string };
  readonly allowed: boolean;
  readonly reason: string;
}

const lines = readFileSync(new URL('../golden/facts/access-reviews.jsonl', import.meta.url), 'utf8').split('\n');
const reviews = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Review);

test('RBAC-1 a new cluster answers recorded access reviews alike', async () => {
  const store = memoryStore<KubeObject>({ clock: virtualClock({ startMs: 0 }) });
  const nodes = await nodeAuthorizer(store);
  const rbac = await rbacAuthorizer(store);
  const authorizer = unionAuthorizer([privilegedGroups, nodes, rbac]);
  const cluster = await testApiServer({
    namespaces: ['default', 'kube-system', 'kube-public'],
    deps: { store, authorizer },
  });
  await bootstrapRbac(cluster.server);
  const misses: unknown[] = [];
  for (const review of reviews) {
    const attributes = attributesOf(review);
    const { allowed, reason = '' } = await authorizer.authorize(attributes);
    const same = reason === review.reason || (allowed && isAsGood(rbac, attributes, review.reason));
    if (allowed !== review.allowed || !same) misses.push({ review, allowed, reason });
  }
  expect(misses).toEqual([]);
  nodes.dispose();
  rbac.dispose();
  cluster.dispose();
});

/** Of several bindings that allow something, a real server names any: its cache has no order. */
function isAsGood(rbac: RbacAuthorizer, attributes: AccessAttributes, reason: string): boolean {
  const name = /^RBAC: allowed by ClusterRoleBinding "[^"]+" of ClusterRole "([^"]+)"/.exec(reason)?.[1] ?? '';
  const rules = rbac.roleRules({ kind: 'ClusterRole', name }, '') ?? [];
  return rules.some((rule) => ruleAllows(rule, attributes));
}

function attributesOf({ user, groups = [], resourceAttributes, nonResourceAttributes }: Review): AccessAttributes {
  const info = { name: user, groups };
  if (nonResourceAttributes) return { user: info, ...nonResourceAttributes };
  const {
    verb = '',
    group = '',
    version = '',
    resource = '',
    subresource = '',
    namespace = '',
    name = '',
  } = resourceAttributes ?? {};
  return { user: info, verb, path: '', resource: { group, version, resource, subresource, namespace, name } };
}
