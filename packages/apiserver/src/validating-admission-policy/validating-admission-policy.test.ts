import type { ValidatingAdmissionPolicy } from '@tabernetes/api/types/admissionregistration-v1';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ExtendedApiServer, extendedApiServer, settled } from '../testing/index.ts';
import { paramAccess } from './param-access.ts';

const GROUP = '/apis/admissionregistration.k8s.io/v1';
const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

const configMap = (name: string, data: object = {}, metadata: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data,
});

let api: ExtendedApiServer;
let notes: string[] = [];
beforeEach(async () => {
  api = await extendedApiServer(undefined, [], (key, value) => notes.push(`${key}=${value}`));
});
afterEach(() => api.dispose());

async function policy(spec: object, binding: object = {}): Promise<void> {
  const matchConstraints = {
    resourceRules: [
      { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['configmaps'] },
    ],
  };
  const made = await api.send('POST', `${GROUP}/validatingadmissionpolicies`, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'p' },
    spec: { matchConstraints, ...spec },
  });
  expect(made.refusal.message).toBeUndefined();
  const bound = await api.send('POST', `${GROUP}/validatingadmissionpolicybindings`, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: 'b' },
    spec: { policyName: 'p', validationActions: ['Deny'], ...binding },
  });
  expect(bound.refusal.message).toBeUndefined();
}

const create = (object: object, query = '') => api.send('POST', `${CONFIG_MAPS}${query}`, object);
const BY = "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: ";

describe('ValidatingAdmissionPolicies', () => {
  test('VAP-1 a request that breaks a rule is refused, with the message, the reason and the code of the rule', async () => {
    await policy({
      variables: [{ name: 'size', expression: 'size(object.data)' }],
      validations: [
        { expression: 'variables.size < 3', messageExpression: "'too many: ' + string(variables.size)" },
        { expression: "!('bad' in object.data)", message: 'bad is bad', reason: 'Forbidden' },
        { expression: "!('worse' in object.data)" },
      ],
    });
    expect((await create(configMap('good', { a: '1' }))).status).toBe(201);
    expect((await create(configMap('big', { a: '', b: '', c: '' }))).refusal).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message: `configmaps "big" is forbidden: ${BY}too many: 3`,
      details: { name: 'big', kind: 'configmaps', causes: [{ message: `${BY}too many: 3` }] },
    });
    expect((await create(configMap('bad', { bad: '' }))).refusal).toMatchObject({ code: 403, reason: 'Forbidden' });
    const { message } = (await create(configMap('worse', { worse: '' }))).refusal;
    expect(message).toContain("failed expression: !('worse' in object.data)");
  });

  test('VAP-1 what is being created has a name and a uid, and no resourceVersion', async () => {
    const rule = 'has(object.metadata.uid) && !has(object.metadata.resourceVersion)';
    await policy({ validations: [{ expression: `request.operation == 'UPDATE' || (${rule})` }] });
    const { status, object } = await create(configMap('a', { b: '' }));
    expect([status, object.metadata.resourceVersion]).toEqual([201, expect.stringMatching(/^[1-9]/)]);
    expect((await create(configMap('b'), '?dryRun=All')).status).toBe(201);
  });

  test('VAP-2 an expression that fails refuses, unless failures are ignored', async () => {
    const spec = { validations: [{ expression: 'object.data.missing == "x"' }] };
    await policy(spec);
    expect((await create(configMap('a', { b: '' }))).refusal.message).toBe(
      `configmaps "a" is forbidden: ${BY}expression 'object.data.missing == "x"' resulted in error: no such key: missing`,
    );
    const path = `${GROUP}/validatingadmissionpolicies/p`;
    const { object } = await api.send<ValidatingAdmissionPolicy>('GET', path);
    await api.send('PUT', path, { ...object, spec: { ...object.spec, failurePolicy: 'Ignore' } });
    expect((await create(configMap('a', { b: '' }))).status).toBe(201);
  });

  test('VAP-3 bindings warn, and are for the namespaces and objects that they select', async () => {
    const selected = { objectSelector: { matchLabels: { checked: 'yes' } } };
    await policy(
      { validations: [{ expression: 'false', message: 'no' }] },
      { validationActions: ['Warn', 'Audit'], matchResources: selected },
    );
    expect((await create(configMap('a'))).warnings).toEqual([]);
    expect((await create(configMap('b', {}, { labels: { checked: 'yes' } }))).warnings).toEqual([
      "Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': no",
    ]);
  });

  test('API-76 warnings with control characters are not shown', async () => {
    const validations = ["'a\\tb'", "'c'"].map((messageExpression) => ({ expression: 'false', messageExpression }));
    await policy({ validations }, { validationActions: ['Warn'] });
    const headers = { 'content-type': 'application/json' };
    const answered = await api.http('POST', CONFIG_MAPS, { headers, body: JSON.stringify(configMap('a')) });
    expect(answered.headers.get('warning')).toMatch(/^299 - "Validation failed for [^"]*: c"$/);
  });

  test('VAP-12 policies are for configurations of webhooks, and not for policies', async () => {
    const resourceRules = [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['CREATE'], resources: ['*'] }];
    await policy({ matchConstraints: { resourceRules }, validations: [{ expression: 'false', message: 'no' }] });
    const made = (plural: string, body: object) =>
      api.send('POST', `${GROUP}/${plural}`, { metadata: { name: 'x' }, ...body });
    expect((await made('validatingwebhookconfigurations', {})).refusal.message).toContain(`${BY}no`);
    const spec = { policyName: 'p', validationActions: ['Warn'] };
    expect((await made('validatingadmissionpolicybindings', { spec })).status).toBe(201);
  });

  test('VAP-4 conditions keep a policy from requests, and see who sends them', async () => {
    await policy({
      matchConditions: [{ name: 'not-admin', expression: "request.userInfo.username != 'kubernetes-admin'" }],
      validations: [{ expression: 'false' }],
    });
    expect((await create(configMap('a'))).status).toBe(201);
  });

  test('VAP-5 parameters come from objects that the binding names or selects', async () => {
    await create(configMap('limits', { max: '1' }, { labels: { kind: 'limits' } }));
    await policy(
      {
        paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
        validations: [{ expression: 'size(object.data) <= int(params.data.max)' }],
      },
      { paramRef: { selector: { matchLabels: { kind: 'limits' } }, parameterNotFoundAction: 'Deny' } },
    );
    expect((await create(configMap('a', { a: '' }))).status).toBe(201);
    expect((await create(configMap('b', { a: '', b: '' }))).status).toBe(422);
    await api.send('DELETE', `${CONFIG_MAPS}/limits`);
    expect((await create(configMap('c', { a: '' }))).refusal.message).toContain(
      'failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction',
    );
  });

  test('VAP-6 rules see old objects, the Namespace and what the user may do', async () => {
    await policy({
      validations: [
        { expression: 'oldObject == null || oldObject.data.a == object.data.a', message: 'a stays' },
        { expression: "namespaceObject.metadata.name == 'default'" },
        { expression: "authorizer.group('').resource('pods').namespace('default').check('create').allowed()" },
        { expression: "authorizer.requestResource.check('delete').allowed()" },
      ],
    });
    const { object } = await create(configMap('a', { a: '1' }));
    const changed = await api.send('PUT', `${CONFIG_MAPS}/a`, { ...object, data: { a: '2' } });
    expect(changed.refusal.message).toContain('a stays');
  });

  test('VAP-7 the status says what expressions make of the types that they are for', async () => {
    await policy({ validations: [{ expression: 'object.dta.a == "x"' }, { expression: 'object.data.a == "x"' }] });
    await settled(200);
    const { object } = await api.send<ValidatingAdmissionPolicy>('GET', `${GROUP}/validatingadmissionpolicies/p`);
    expect(object.status).toEqual({
      observedGeneration: 1,
      typeChecking: {
        expressionWarnings: [
          {
            fieldRef: 'spec.validations[0].expression',
            warning:
              '/v1, Kind=ConfigMap: ERROR: <input>:1:7: undefined field \'dta\'\n | object.dta.a == "x"\n | ......^\n',
          },
        ],
      },
    });
  });

  test('VAP-7 custom resources have types, variables hold objects of any type, and no group is any group', async () => {
    const schema = {
      type: 'object',
      properties: { size: { type: 'integer' }, any: { 'x-kubernetes-preserve-unknown-fields': true } },
    };
    await api.send('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
      metadata: { name: 'boxes.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Cluster',
        names: { plural: 'boxes', kind: 'Box' },
        versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
      },
    });
    await settled(200);
    await policy({
      matchConstraints: {
        resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['*'], resources: ['boxes', 'events'] }],
      },
      variables: [{ name: 'meta', expression: 'object.metadata' }],
      validations: [
        { expression: 'object.size == "x"' },
        { expression: 'object.any.x == 1' },
        { expression: 'object.metadata.labels.a == "x" && variables.meta.nothing == 1' },
      ],
    });
    await settled(200);
    const { object } = await api.send<ValidatingAdmissionPolicy>('GET', `${GROUP}/validatingadmissionpolicies/p`);
    const warnings = object.status?.typeChecking?.expressionWarnings?.map(({ warning }) => warning) ?? [];
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toContain('events.k8s.io/v1, Kind=Event: ');
    expect(warnings[0]).toContain(
      `example.com/v1, Kind=Box: ERROR: <input>:1:13: found no matching overload for '_==_' applied to '(int, string)'`,
    );
    expect(warnings[1]).toContain("example.com/v1, Kind=Box: ERROR: <input>:1:7: undefined field 'any'");
  });

  test('VAP-7 quantities are no fields that are known', async () => {
    const resourceRules = [{ apiGroups: [''], apiVersions: ['v1'], operations: ['*'], resources: ['pods'] }];
    const limits = 'object.spec.containers[0].resources.limits["cpu"] == "1"';
    await policy({ matchConstraints: { resourceRules }, validations: [{ expression: limits }] });
    await settled(200);
    const { object } = await api.send<ValidatingAdmissionPolicy>('GET', `${GROUP}/validatingadmissionpolicies/p`);
    expect(object.status?.typeChecking?.expressionWarnings?.[0]?.warning).toContain("undefined field 'limits'");
  });

  test('VAP-9 who writes a policy must be able to read its parameters', async () => {
    const definition = {
      group: 'admissionregistration.k8s.io',
      plural: 'validatingadmissionpolicies',
      kind: 'ValidatingAdmissionPolicy',
    };
    const object = { metadata: { name: 'x' }, spec: { paramKind: { apiVersion: 'v1', kind: 'Secret' } } };
    const attributes = { definition, object, subresource: '', name: 'x', user: { name: 'alice', groups: ['writers'] } };
    const asked: unknown[] = [];
    const reader = {
      byKind: () => ({ plural: 'secrets' }),
      authorize: async (question: unknown) => {
        asked.push(question);
        return { allowed: false };
      },
    };
    await expect(paramAccess.validate?.(attributes as never, reader as never)).rejects.toThrow(
      'spec.paramKind: Forbidden: user &{alice  [writers] map[]} must have "get" permission on all objects of the referenced paramKind (kind=Secret, apiVersion=v1)',
    );
    expect(asked).toMatchObject([{ verb: 'get', resource: { group: '', resource: 'secrets', name: '*' } }]);
  });

  test('VAP-10 a message finds its variables anew, and asks nobody for rights', async () => {
    const allowed = "authorizer.group('').resource('pods').check('create').allowed()";
    await policy({
      variables: [
        { name: 'allowed', expression: allowed },
        { name: 'size', expression: 'size(object.data)' },
      ],
      validations: [{ expression: '!variables.allowed', messageExpression: "'allowed: ' + string(variables.allowed)" }],
    });
    expect((await create(configMap('a'))).refusal.message).toBe(
      `configmaps "a" is forbidden: ${BY}failed expression: !variables.allowed`,
    );
  });

  test('VAP-10 messages of rules that hold cost as well, and refuse when they cost too much', async () => {
    const many = `[${Array.from({ length: 90 }, (_, i) => i).join(',')}]`;
    const costly = `${many}.all(a, ${many}.all(b, a + b >= 0)) ? 'x' : 'y'`;
    const validations = Array.from({ length: 300 }, () => ({ expression: 'true', messageExpression: costly }));
    await policy({ validations });
    expect((await create(configMap('a'))).refusal.message).toBe(
      `configmaps "a" is forbidden: ${BY}failed messageExpression: validation failed due to running out of cost budget, no further validation rules will be run`,
    );
  });

  test('VAP-11 audit annotations of all bindings and parameters are told in one, and know no rights', async () => {
    await create(configMap('x', {}, { labels: { kind: 'params' } }));
    await create(configMap('y', {}, { labels: { kind: 'params' } }));
    const params = { paramRef: { selector: { matchLabels: { kind: 'params' } }, parameterNotFoundAction: 'Deny' } };
    const rights = "authorizer.path('/x').check('get').allowed() ? 'yes' : 'no'";
    await policy(
      {
        paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
        auditAnnotations: [
          { key: 'param', valueExpression: 'string(params.metadata.name)' },
          { key: 'same', valueExpression: "'s'" },
          { key: 'rights', valueExpression: rights },
        ],
      },
      params,
    );
    notes = [];
    expect((await create(configMap('a'))).refusal.message).toBe(
      `configmaps "a" is forbidden: ${BY}expression '${rights}' resulted in error: no such attribute(s): authorizer`,
    );
    expect(notes).toEqual(['p/param=x, y', 'p/same=s']);
  });

  test('VAP-8 what costs too much is stopped', async () => {
    const many = `[${Array.from({ length: 200 }, (_, i) => i).join(',')}]`;
    await policy({ validations: [{ expression: `${many}.all(a, ${many}.all(b, ${many}.all(c, a + b + c >= 0)))` }] });
    expect((await create(configMap('a'))).refusal.message).toContain('operation cancelled: actual cost limit exceeded');
  });

  test('VAP-13 a variable that is refused is refused once, not in all that use it', async () => {
    const { refusal } = await api.send('POST', `${GROUP}/validatingadmissionpolicies`, {
      metadata: { name: 'p' },
      spec: {
        matchConstraints: {
          resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['*'], resources: ['pods'] }],
        },
        variables: [
          { name: 'a', expression: 'web' },
          { name: 'b', expression: 'variables.a' },
        ],
        validations: [{ expression: 'variables.a == variables.b + 1' }],
      },
    });
    expect(refusal.details?.causes?.map(({ field }) => field)).toEqual(['spec.variables[0].expression']);
  });
});
