import { AUTHORITY, CERTIFICATE, KEY } from './certificates.ts';

const GROUP = 'demo.tabernetes.dev';
const CA_BUNDLE = btoa(AUTHORITY);
const LABELS = { app: 'website-operator' };
const meta = { name: 'website-operator', namespace: 'default' };
const account = { kind: 'ServiceAccount', name: 'website-operator', namespace: 'default' };
const clientConfig = (path: string) => ({
  caBundle: CA_BUNDLE,
  service: { name: 'website-operator', namespace: 'default', path },
});

const schema = (spec: object) => ({
  openAPIV3Schema: {
    type: 'object',
    properties: {
      spec: { type: 'object', properties: { ...spec, replicas: { type: 'integer', minimum: 0, default: 1 } } },
      status: {
        type: 'object',
        properties: { readyReplicas: { type: 'integer' }, observedGeneration: { type: 'integer' } },
      },
    },
  },
});
const text = { type: 'string' };
const version = (name: string, storage: boolean, spec: object) => ({
  name,
  served: true,
  storage,
  schema: schema(spec),
  subresources: { status: {} },
  additionalPrinterColumns: [{ name: 'Ready', type: 'integer', jsonPath: '.status.readyReplicas' }],
});

/** The kind that the operator is for: v1 has a greeting, v2, which is stored, a page with one. */
export const DEFINITION = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `websites.${GROUP}` },
  spec: {
    group: GROUP,
    scope: 'Namespaced',
    names: { plural: 'websites', singular: 'website', kind: 'Website', shortNames: ['ws'] },
    versions: [
      version('v1', false, { greeting: text }),
      version('v2', true, { page: { type: 'object', properties: { greeting: text } } }),
    ],
    conversion: {
      strategy: 'Webhook',
      webhook: { conversionReviewVersions: ['v1'], clientConfig: clientConfig('/convert') },
    },
  },
};

const rule = (apiGroups: string[], resources: string[], verbs: string[]) => ({ apiGroups, resources, verbs });

/** The operator, with no more rights than it needs. */
export const OPERATOR = [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'website-operator' },
    rules: [
      rule([GROUP], ['websites'], ['get', 'list', 'watch']),
      rule([GROUP], ['websites/status'], ['patch']),
      rule([GROUP], ['websites/finalizers'], ['update']),
      rule(['apps'], ['deployments'], ['get', 'list', 'watch', 'create', 'patch']),
      rule([''], ['services'], ['get', 'create', 'patch']),
    ],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'website-operator' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'website-operator' },
    subjects: [account],
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: meta,
    stringData: { 'tls.crt': CERTIFICATE, 'tls.key': KEY },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: meta,
    spec: {
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS },
        spec: {
          serviceAccountName: 'website-operator',
          containers: [
            {
              name: 'operator',
              image: 'tabernetes/website-operator:1',
              ports: [{ containerPort: 9443 }],
              volumeMounts: [{ name: 'certs', mountPath: '/certs', readOnly: true }],
            },
          ],
          volumes: [{ name: 'certs', secret: { secretName: 'website-operator' } }],
        },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: meta,
    spec: { selector: LABELS, ports: [{ port: 443, targetPort: 9443 }] },
  },
];

const hook = (path: string) => ({
  name: `${path}.${GROUP}`,
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  clientConfig: clientConfig(`/${path}`),
  rules: [{ apiGroups: [GROUP], apiVersions: ['v2'], operations: ['CREATE', 'UPDATE'], resources: ['websites'] }],
});
const configuration = (kind: string, path: string) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind,
  metadata: { name: 'website-operator' },
  webhooks: [hook(path)],
});

/** What has the operator asked, once it runs. */
export const WEBHOOKS = [
  configuration('MutatingWebhookConfiguration', 'mutate'),
  configuration('ValidatingWebhookConfiguration', 'validate'),
  {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: 'v1.stats.demo.tabernetes.dev' },
    spec: {
      group: 'stats.demo.tabernetes.dev',
      version: 'v1',
      service: { name: 'website-operator', namespace: 'default' },
      caBundle: CA_BUNDLE,
      groupPriorityMinimum: 100,
      versionPriority: 10,
    },
  },
];

export const website = (apiVersion: 'v1' | 'v2', name: string, spec: object) => ({
  apiVersion: `${GROUP}/${apiVersion}`,
  kind: 'Website',
  metadata: { name, namespace: 'default' },
  spec,
});
