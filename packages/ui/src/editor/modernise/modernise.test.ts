import { createCluster } from '@tabernetes/cluster';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyDocuments } from '../apply.ts';
import { modernise, moderniseFile } from './modernise.ts';
import { RULES } from './rules.ts';

const lines = (text: string): string => `${text.replace(/^\n/, '')}`;

const CASES: readonly {
  readonly name: string;
  readonly old: string;
  readonly now: string;
  readonly notes: readonly string[];
}[] = [
  {
    name: 'a Deployment of extensions/v1beta1 gets a selector; comments, quotes and the style of lists stay',
    old: lines(`
# The front.
apiVersion: extensions/v1beta1 # from the book
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2 # two
  rollbackTo:
    revision: 0
  template:
    metadata:
      labels: {app: "yes"} # kept
    spec:
      containers:
      # serves
      - name: a
        image: 'nginx:1.27'
        args: [a, "b"]
`),
    now: lines(`
# The front.
apiVersion: apps/v1 # from the book
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2 # two
  selector:
    matchLabels:
      app: "yes"
  template:
    metadata:
      labels: {app: "yes"} # kept
    spec:
      containers:
      # serves
      - name: a
        image: 'nginx:1.27'
        args: [a, "b"]
`),
    notes: ['Deployment: apps/v1', 'rollbackTo', 'selectorFromLabels'],
  },
  {
    name: 'a DaemonSet without labels gets them',
    old: lines(`
apiVersion: extensions/v1beta1
kind: DaemonSet
metadata:
  name: agent
spec:
  template:
    spec:
      containers:
        - name: a
          image: busybox
          command: [sleep, "10"]
`),
    now: lines(`
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: agent
spec:
  selector:
    matchLabels:
      app: agent
  template:
    metadata:
      labels:
        app: agent
    spec:
      containers:
        - name: a
          image: busybox
          command: [sleep, "10"]
`),
    notes: ['DaemonSet: apps/v1', 'selectorAndLabels', 'rollingUpdate'],
  },
  {
    name: 'an Ingress names services and path types',
    old: lines(`
apiVersion: extensions/v1beta1
kind: Ingress
metadata:
  name: web
  annotations:
    kubernetes.io/ingress.class: nginx
spec:
  backend:
    serviceName: front
    servicePort: 80
  rules:
  - host: a.example.com
    http:
      paths:
      - path: /x # here
        backend:
          serviceName: x
          servicePort: http
      - backend:
          serviceName: w
          servicePort: "8080"
`),
    now: lines(`
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  ingressClassName: nginx
  defaultBackend:
    service:
      name: front
      port:
        number: 80
  rules:
  - host: a.example.com
    http:
      paths:
      - path: /x # here
        pathType: ImplementationSpecific
        backend:
          service:
            name: x
            port:
              name: http
      - path: /
        pathType: Prefix
        backend:
          service:
            name: w
            port:
              number: 8080
`),
    notes: ['Ingress: networking.k8s.io/v1', 'ingressClass', 'defaultBackend', 'backends', 'pathType'],
  },
  {
    name: 'a CronJob only changes its version',
    old: 'apiVersion: batch/v1beta1\nkind: CronJob\nmetadata:\n  name: a\nspec:\n  schedule: "* * * * *"\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          restartPolicy: Never\n          containers:\n            - name: a\n              image: busybox\n',
    now: 'apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: a\nspec:\n  schedule: "* * * * *"\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          restartPolicy: Never\n          containers:\n            - name: a\n              image: busybox\n',
    notes: ['CronJob: batch/v1'],
  },
  {
    name: 'a PodDisruptionBudget tells what an empty selector means',
    old: 'apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata:\n  name: a\nspec:\n  minAvailable: 1\n  selector: {}\n',
    now: 'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: a\nspec:\n  minAvailable: 1\n  selector: {}\n',
    notes: ['PodDisruptionBudget: policy/v1', 'emptySelector'],
  },
  {
    name: 'an autoscaler of v2beta1 writes targets as maps',
    old: lines(`
apiVersion: autoscaling/v2beta1
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  scaleTargetRef:
    apiVersion: extensions/v1beta1
    kind: Deployment
    name: web
  maxReplicas: 5
  metrics:
    - type: Resource
      resource:
        name: cpu
        targetAverageUtilization: 30
    - type: Pods
      pods:
        metricName: qps
        targetAverageValue: 100
    - type: Object
      object:
        target:
          kind: Ingress
          name: front
        metricName: latencyMillis
        targetValue: 20
`),
    now: lines(`
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web
  maxReplicas: 5
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: 30
    - type: Pods
      pods:
        metric:
          name: qps
        target:
          type: AverageValue
          averageValue: 100
    - type: Object
      object:
        describedObject:
          kind: Ingress
          name: front
        metric:
          name: latencyMillis
        target:
          type: Value
          value: 20
`),
    notes: ['HorizontalPodAutoscaler: autoscaling/v2', 'scaleTarget', 'metricTargets'],
  },
  {
    name: 'a CustomResourceDefinition says everything by version',
    old: lines(`
apiVersion: apiextensions.k8s.io/v1beta1
kind: CustomResourceDefinition
metadata:
  name: websites.example.com
spec:
  scope: Namespaced
  group: example.com
  version: v1
  names:
    kind: Website
    singular: website
    plural: websites
  additionalPrinterColumns:
    - name: Repo
      type: string
      JSONPath: .spec.gitRepo
  validation:
    openAPIV3Schema:
      properties:
        spec:
          required: [gitRepo]
          properties:
            gitRepo:
              pattern: ^https
            replicas:
              minimum: 1
`),
    now: lines(`
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: websites.example.com
spec:
  scope: Namespaced
  group: example.com
  names:
    kind: Website
    singular: website
    plural: websites
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              required: [gitRepo]
              properties:
                gitRepo:
                  type: string
                  pattern: ^https
                replicas:
                  type: number
                  minimum: 1
          x-kubernetes-preserve-unknown-fields: true
      additionalPrinterColumns:
        - name: Repo
          type: string
          jsonPath: .spec.gitRepo
`),
    notes: ['CustomResourceDefinition: apiextensions.k8s.io/v1', 'versions', 'schemaPerVersion'],
  },
  {
    name: 'a webhook says what it reads',
    old: 'apiVersion: admissionregistration.k8s.io/v1beta1\nkind: ValidatingWebhookConfiguration\nmetadata:\n  name: a\nwebhooks:\n  - name: a.example.com\n    clientConfig:\n      url: https://example.com/a\n',
    now: 'apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata:\n  name: a\nwebhooks:\n  - name: a.example.com\n    clientConfig:\n      url: https://example.com/a\n    sideEffects: None\n    admissionReviewVersions:\n      - v1\n      - v1beta1\n',
    notes: [
      'ValidatingWebhookConfiguration: admissionregistration.k8s.io/v1',
      'sideEffects',
      'reviewVersions',
      'failurePolicy',
    ],
  },
];

describe('old manifests', () => {
  let cluster: Awaited<ReturnType<typeof createCluster>>;
  beforeAll(async () => {
    cluster = await createCluster({ nodes: 0, clock: 'virtual' });
  });
  afterAll(() => cluster.stop());
  const host = {
    async request({
      method,
      path,
      query = {},
      headers = {},
      body,
    }: {
      method: string;
      path: string;
      query?: Readonly<Record<string, string>>;
      headers?: Readonly<Record<string, string>>;
      body?: string | object;
    }) {
      const response = await cluster.fetch(
        new Request(`https://cluster${path}?${new URLSearchParams(query)}`, {
          method,
          headers: { 'content-type': 'application/json', ...headers },
          ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        }),
      );
      return { status: response.status, warnings: [], body: await response.json() };
    },
  };

  for (const { name, old, now, notes } of CASES) {
    test(`UI-5 ${name}`, async () => {
      expect(modernise(old)).toEqual({ text: now, notes });
      expect(modernise(now)).toBeUndefined();
      const [applied] = await applyDocuments({ host } as never, now, 'default', { dryRun: true });
      expect(applied?.message).toBe('');
    });
  }

  test('UI-5 every version that is put in place of an old one is served', async () => {
    for (const { to } of RULES.values()) {
      const { status } = await host.request({ method: 'GET', path: `/apis/${to}` });
      expect([to, status]).toEqual([to, 200]);
    }
  });
});

test('UI-5 a file is brought up to date document by document; what is new already is not touched', () => {
  const fresh = 'kind: Service\napiVersion: v1\nmetadata:   {name: a}   # odd spaces\n';
  const old = 'apiVersion: batch/v1beta1\nkind: CronJob\n';
  expect(moderniseFile(`${fresh}---\n${old}--- # third\n${fresh}`)).toEqual({
    text: `${fresh}---\napiVersion: batch/v1\nkind: CronJob\n--- # third\n${fresh}`,
    notes: ['CronJob: batch/v1'],
  });
  expect(moderniseFile(fresh)).toBeUndefined();
});

test('UI-5 items of a List are brought up to date, too', () => {
  const list = (version: string) =>
    `apiVersion: v1\nkind: List\nitems:\n  - apiVersion: ${version}\n    kind: CronJob\n    metadata:\n      name: a\n`;
  expect(modernise(list('batch/v1beta1'))?.text).toBe(list('batch/v1'));
});

test('UI-5 what cannot be read is left alone', () => expect(modernise('apiVersion: [')).toBeUndefined());
