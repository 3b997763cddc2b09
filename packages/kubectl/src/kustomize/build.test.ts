import { describe, expect, test } from 'vitest';
import { memoryFiles } from '../testing/memory-files.ts';
import { buildKustomization, kustomizationText } from './build.ts';

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: nginx, envFrom: [{configMapRef: {name: conf}}]}
`;

const base = {
  '/work/base/deploy.yaml': DEPLOYMENT,
  '/work/base/kustomization.yaml':
    'resources: [deploy.yaml]\nconfigMapGenerator:\n- name: conf\n  literals: [color=blue]\n',
};

const build = (over: string, more: Readonly<Record<string, string>> = {}): string =>
  kustomizationText(
    buildKustomization(memoryFiles({ ...base, ...more, '/work/over/kustomization.yaml': over }), 'over'),
  );

describe('kubectl kustomize', () => {
  test('KCT-32 names of generated objects end in the hash of their content, and references follow', () => {
    // The hash is the one that kubectl 1.32.5 printed for this content (transcript kustomize).
    const text = build('resources: [../base]\nnamePrefix: dev-\n');
    expect(text).toContain('name: dev-conf-747dfcb89d\n---\n');
    expect(text).toContain('- configMapRef:\n            name: dev-conf-747dfcb89d');
    expect(text).toContain('name: dev-web\n');
  });

  test('KCT-32 images, replicas, labels, namespaces and patches change what they name', () => {
    const text = build(`resources: [../base]
namespace: prod
images: [{name: nginx, newTag: "1.27"}]
replicas: [{name: web, count: 2}]
labels: [{pairs: {env: dev}}]
patches:
- target: {kind: Deployment}
  patch: '[{"op": "add", "path": "/metadata/annotations", "value": {"patched": "yes"}}]'
`);
    const [, deployment = ''] = text.split('---\n');
    expect(deployment).toContain('image: nginx:1.27');
    expect(deployment).toContain('replicas: 2');
    expect(deployment).toContain('namespace: prod');
    expect(deployment).toContain('annotations:\n    patched: "yes"\n  labels:\n    env: dev');
    expect(deployment).toContain('matchLabels:\n      app: web\n  template');
  });

  test('KCT-32 components and replacements', () => {
    const text = build(
      `resources: [../base]
components: [../part]
replacements:
- source: {kind: Deployment, name: web}
  targets:
  - select: {kind: Deployment}
    fieldPaths: ['spec.template.metadata.labels.app']
`,
      {
        '/work/part/kustomization.yaml':
          'kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\nnameSuffix: -x\n',
      },
    );
    expect(text).toContain('app: web-x');
  });

  const refusals = [
    {
      name: 'a directory that is not there',
      over: 'resources: [../gone]',
      text: "evalsymlink failure on '/work/gone'",
    },
    { name: 'a field that there is not', over: 'foo: 1', text: 'invalid Kustomization: json: unknown field "foo"' },
    {
      name: 'a repository',
      over: 'resources: [github.com/org/repo]',
      text: 'kustomizations are built from directories; "github.com/org/repo" is a remote one',
    },
    { name: 'itself', over: 'resources: [../over]', text: 'cycle detected' },
  ];
  for (const { name, over, text } of refusals) {
    test(`KCT-33 refuses ${name}`, () => expect(() => build(over)).toThrow(text));
  }
});

describe('what kustomize says of kustomizations that are out of date or wrong', () => {
  const problem = (over: string, more: Readonly<Record<string, string>> = {}): string => {
    try {
      build(over, more);
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };

  test('KCT-33 fields that have better ones now are told of and work', () => {
    const lines: string[] = [];
    const content = { ...base, '/work/over/kustomization.yaml': 'bases: [../base]\ncommonLabels: {a: b}\n' };
    buildKustomization(memoryFiles(content), 'over', { warn: (line) => lines.push(line) });
    const tail = "Run 'kustomize edit fix' to update your Kustomization automatically.\n";
    expect(lines).toEqual([
      `# Warning: 'bases' is deprecated. Please use 'resources' instead. ${tail}`,
      `# Warning: 'commonLabels' is deprecated. Please use 'labels' instead. ${tail}`,
    ]);
  });

  // What kubectl 1.32 prints for the same files.
  const cases: readonly (readonly [name: string, over: string, said: string])[] = [
    [
      'a list',
      'resources: x\n',
      'invalid Kustomization: json: cannot unmarshal string into Go struct field Kustomization.resources of type []string',
    ],
    [
      'a version',
      'apiVersion: v9\nresources: [../base]\n',
      'Failed to read kustomization file under /work/over:\napiVersion for Kustomization should be kustomize.config.k8s.io/v1beta1',
    ],
    [
      'no file',
      'resources: [nope.yaml]\n',
      "accumulating resources: accumulation err='accumulating resources from 'nope.yaml': evalsymlink failure on '/work/over/nope.yaml' : lstat /work/over/nope.yaml: no such file or directory': must build at directory: not a valid directory: evalsymlink failure on '/work/over/nope.yaml' : lstat /work/over/nope.yaml: no such file or directory",
    ],
    [
      'a circle',
      'resources: [../over]\n',
      "accumulating resources: accumulation err='accumulating resources from '../over': '/work/over' must resolve to a file': cycle detected: candidate root '/work/over' contains visited root '/work/over'",
    ],
    [
      'a literal',
      'configMapGenerator: [{name: a, literals: [x]}]\n',
      'loading KV pairs: literal sources [x]: invalid literal source x, expected key=value',
    ],
  ];
  for (const [name, over, said] of cases) {
    test(`KCT-33 ${name}`, () => expect(problem(over)).toBe(said));
  }

  test('KCT-32 files outside are read when nothing is restricted, and the order may be that of the files', () => {
    const content = {
      ...base,
      '/work/over/kustomization.yaml': 'resources: [../base/deploy.yaml]\nconfigMapGenerator: [{name: z}]\n',
    };
    expect(() => buildKustomization(memoryFiles(content), 'over')).toThrow("is not in or below '/work/over'");
    const kinds = buildKustomization(memoryFiles(content), 'over', { unrestricted: true, order: 'none' }).map(
      ({ kind }) => kind,
    );
    expect(kinds).toEqual(['Deployment', 'ConfigMap']);
  });
});
