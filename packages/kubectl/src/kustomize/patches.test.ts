import { describe, expect, test } from 'vitest';
import { memoryFiles } from '../testing/memory-files.ts';
import { buildKustomization, kustomizationText } from './build.ts';

/** What a kustomization of these files prints, or says. */
function build(over: string, more: Readonly<Record<string, string>> = {}): string {
  const content = {
    '/work/dep.yaml': DEPLOYMENT,
    ...more,
    '/work/kustomization.yaml': over.startsWith('resources') ? over : `resources: [dep.yaml]\n${over}`,
  };
  try {
    return kustomizationText(buildKustomization(memoryFiles(content), '/work'));
  } catch (error) {
    return (error as Error).message;
  }
}

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: {name: dep}
spec: {template: {spec: {serviceAccountName: sa, containers: [{name: c, image: x}]}}}
`;

describe('patches of a kustomization', () => {
  test('KCT-63 a patch may be written in flow form', () => {
    const patch = '"{apiVersion: apps/v1, kind: Deployment, metadata: {name: dep}, spec: {replicas: 4}}"';
    expect(build(`patches: [{patch: ${patch}}]\n`)).toContain('  replicas: 4\n');
  });

  // What kubectl 1.32 says of the same files.
  const trouble = (transformer: string, config: string, why: string): string =>
    `trouble configuring builtin ${transformer} with config: \`\n${config}\`: ${why}`;
  const target = 'target:\n  kind: Deployment\n';
  const cases: readonly (readonly [name: string, over: string, said: string])[] = [
    [
      'operations that are no JSON behind a bracket',
      'patches: [{patch: "[{op: remove, path: /a}]", target: {kind: Deployment}}]\n',
      trouble(
        'PatchTransformer',
        `patch: '[{op: remove, path: /a}]'\n${target}`,
        'unable to parse SM or JSON patch from [patch: "[{op: remove, path: /a}]"]',
      ),
    ],
    [
      'a part without a name',
      'patches: [{patch: "kind: Deployment"}]\n',
      trouble(
        'PatchTransformer',
        "patch: 'kind: Deployment'\n",
        'unable to parse SM or JSON patch from [patch: "kind: Deployment"]',
      ),
    ],
    [
      'operations for nobody',
      `patches: [{patch: '[{"op": "remove", "path": "/a"}]'}]\n`,
      'must specify a target for JSON patch [patch: "[{\\"op\\": \\"remove\\", \\"path\\": \\"/a\\"}]"]',
    ],
    [
      'a target that is a text',
      'patches: [{patch: "a", target: ""}]\n',
      'invalid Kustomization: json: cannot unmarshal string into Go struct field Patch.patches.target of type types.Selector',
    ],
    [
      'a target that is no expression',
      'patches: [{patch: "{apiVersion: apps/v1, kind: Deployment, metadata: {name: dep}}", target: {kind: "*"}}]\n',
      'unable to find patch target "*.[noVer].[noGrp]/[noName].[noNs]:a=:l=" in `resources`: error parsing regexp: missing argument to repetition operator: `*`',
    ],
    [
      'a file of patchesStrategicMerge',
      'patchesStrategicMerge: [nope.yaml]\n',
      trouble(
        'PatchStrategicMergeTransformer',
        'paths:\n- nope.yaml\n',
        "evalsymlink failure on '/work/nope.yaml' : lstat /work/nope.yaml: no such file or directory",
      ),
    ],
    [
      'patchesJson6902 without a patch',
      'patchesJson6902: [{target: {kind: Deployment, name: dep}}]\n',
      trouble(
        'PatchJson6902Transformer',
        'target:\n  kind: Deployment\n  name: dep\n',
        'empty file path and empty jsonOp',
      ),
    ],
  ];
  for (const [name, over, said] of cases) test(`KCT-63 refuses ${name}`, () => expect(build(over)).toBe(said));
});

describe('what else a kustomization changes', () => {
  test('KCT-63 a subject follows a ServiceAccount of the namespace that it names, whatever kind it says it is', () => {
    const binding = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: crb}
subjects:
- {kind: ServiceAccount, name: sa, namespace: default}
- {kind: ServiceAccount, name: sa, namespace: foo}
- {kind: User, name: sa}
`;
    const account = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: sa}\n';
    const other = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other, namespace: foo}\n';
    const text = build('resources: [dep.yaml, b.yaml, a.yaml, o.yaml]\nnamePrefix: pre-\nnamespace: ns\n', {
      '/work/b.yaml': binding,
      '/work/a.yaml': account,
      '/work/o.yaml': other,
    });
    expect(text).toContain('serviceAccountName: pre-sa\n');
    expect(text.slice(text.indexOf('subjects:'), text.indexOf('---', text.indexOf('subjects:')))).toBe(`subjects:
- kind: ServiceAccount
  name: pre-sa
  namespace: ns
- kind: ServiceAccount
  name: sa
  namespace: foo
- kind: User
  name: pre-sa
  namespace: ns
`);
  });

  test('KCT-63 replacements copy texts, and places that are not there are refused', () => {
    const source = '{kind: ConfigMap, name: cm, fieldPath: data.port}';
    const replaced = (path: string, options = ''): string =>
      build(
        `resources: [dep.yaml, cm.yaml]\nreplacements: [{source: ${source}, targets: [{select: {kind: Deployment}, fieldPaths: ["${path}"]${options}}]}]\n`,
        { '/work/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\ndata: {port: "99"}\n' },
      );
    const containers = 'spec.template.spec.containers';
    expect(replaced(`${containers}.0.image`)).toContain('image: "99"');
    expect(replaced(`${containers}.[name=c].stdin`, ', options: {create: true}')).toContain('stdin: 99');
    expect(replaced(`${containers}.[name=z].image`)).toBe(
      `unable to find field "${containers}.[name=z].image" in replacement target`,
    );
    expect(replaced(`${containers}.7.image`)).toBe(
      `unable to find field "${containers}.7.image" in replacement target: index 7 specified but only 1 elements found`,
    );
    expect(build('replacements: [{source: {kind: Deployment}, targets: []}]\n')).toBe(
      'replacements must specify a source and at least one target',
    );
  });

  test('KCT-63 keys stand once, orders and documents are what they may be', () => {
    expect(build('configMapGenerator: [{name: a, literals: [a=b, a=c]}]\n')).toBe(
      'configmap a illegally repeats the key `a`',
    );
    expect(build('sortOptions: {order: foo}\n')).toBe("the field 'sortOptions.order' must be one of [fifo, legacy]");
    expect(build('resources: [bad.yaml]\n', { '/work/bad.yaml': '- a\n' })).toContain(
      "'bad.yaml': missing Resource metadata'",
    );
    expect(build('resources: [bad.yaml]\n', { '/work/bad.yaml': 'apiVersion: v1\nmetadata: {name: x}\n' })).toContain(
      'missing kind in object {{v1 } {{x } map[] map[]}}',
    );
  });
});
